"""Commands that the page advises work for the pairs of its run."""

import html
import re

import msgspec
import pytest

from bench.records.runs import End, Results, Settings
from bench.records.user_pairs import UserPair
from bench.report.page import html_file
from bench.report.words import reproduce
from tests.report.sample_results import STARTED, run

PAIR = UserPair(name="tally", threads="tallies:f", asyncio="tallies:g", args="[500]")
BY_FUNCTIONS = "--threads tallies:f --asyncio tallies:g --args '[500]'"
FUNCTIONS = f"{BY_FUNCTIONS} --name tally"


def made(command, own=(PAIR,), pairs=("tally",)):
    """A run that measured nothing, so that each section advises a command."""
    return msgspec.structs.replace(
        run(f"python -m bench {command}"), own=own, pairs=pairs
    )


def advised(one):
    """The commands of the sections that have nothing to show."""
    page = html_file.render(Results(run=one))
    bare = re.sub("</?span[^>]*>", "", page)
    found = re.findall(r'<p class="absent">.*?<code>(python[^<]*)</code>', bare, re.S)
    return {html.unescape(each).removeprefix("python -m bench ") for each in found}


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("run tally --budget 8", "tally"),
        (f"run {BY_FUNCTIONS} --name tally --budget 8", FUNCTIONS),
        ("run --threads=tallies:f --asyncio=tallies:g --name tally", FUNCTIONS),
    ],
    ids=["a project names it", "its functions", "with equals signs"],
)
def test_the_page_advises_commands_for_a_pair_of_the_users(typed, named):
    """They ran our examples, and said nothing of the user's pair."""
    assert advised(made(typed)) == {
        "run jobs",
        f"run {named} --aa",
        f"run {named} --lens throughput",
        f"run {named} --lens shape",
    }


def test_the_page_advises_commands_for_the_pairs_that_the_user_named():
    """`run --aa` takes all pairs, which nothing on the page is about."""
    one = made("run lock jobs --budget 9", (), ("lock", "jobs"))

    assert "run lock jobs --aa" in advised(one)
    assert "run lock jobs --lens correctness" in advised(one)
    assert "run --aa" in advised(made("run", (), ("lock", "event")))


def test_both_kinds_of_pairs_are_named_as_they_were_typed():
    """One is the project's, and the other has its functions on the command line."""
    mine = UserPair(name="mine", threads="a:f", asyncio="a:g")
    typed = "run tally --threads a:f --asyncio a:g --name mine"

    assert reproduce.measuring(
        made(typed, (PAIR, mine), ("tally", "mine")), "--aa"
    ) == (
        "python -m bench run tally --threads a:f --asyncio a:g --args '{}' --name mine"
        " --aa"
    )


def test_the_limits_of_a_pair_are_in_its_command():
    """With other limits, the same pair may be hung or killed."""
    pair = UserPair(
        name="tally",
        threads="tallies:f",
        asyncio="tallies:g",
        limit_seconds=60.0,
        memory_bytes=2**29,
    )
    command = reproduce.measuring(made(f"run {BY_FUNCTIONS}", (pair,)), "--aa")

    assert "--limit 60 --memory-limit 0.5 --aa" in command


@pytest.mark.parametrize(
    ("typed", "where"),
    [
        ("run tally", "<code>small</code> in the table of the pair."),
        (f"run {FUNCTIONS}", "<code>--small</code>."),
    ],
)
def test_a_pair_without_small_arguments_gets_no_command_that_is_refused(typed, where):
    """`--lens correctness` is refused then."""
    page = html_file.render(Results(run=made(typed))).replace(
        '<span class="whole">', ""
    )
    page = page.replace("</span>", "")

    assert "--lens correctness" not in page
    assert f"Give\n  {where}" in page


def test_a_source_that_cannot_be_read_gets_no_command():
    """The same command would read it as little."""
    one = msgspec.structs.replace(made("run tally"), lenses=("shape",))

    said = "the source of the pair could not be read"

    ended = End(finished=STARTED, elapsed_seconds=1.0)
    assert said in html_file.render(Results(run=one, end=ended))
    assert said not in html_file.render(Results(run=one))


def test_a_run_against_itself_is_not_said_to_lack_its_throughput():
    """Its noise floor is in the same section."""
    aa = msgspec.structs.replace(made("run lock --aa", (), ("lock",)),
                                 settings=Settings(against_itself=True))  # fmt: skip

    assert "did not measure throughput" not in html_file.render(Results(run=aa))


def test_a_run_of_jobs_alone_has_nothing_to_explore():
    """The page advised a command that is refused, or smaller arguments."""
    page = html_file.render(Results(run=made("run jobs", (), ("jobs",))))

    assert "has only speeds to compare, so there" in page
    assert advised(made("run jobs", (), ("jobs",))) == {
        "run jobs",
        "run jobs --aa",
        "run jobs --lens throughput",
    }
