"""A run of a pair of the user's, as readers see it."""

import msgspec
import pytest

from bench.pairs import function_pairs
from bench.records.histories import Entry, History
from bench.records.user_pairs import UserPair
from bench.records.workload import key
from bench.report.page import html_file
from bench.report.words import reproduce
from bench.report.words.workloads import in_words
from bench.runs import history
from bench.runs.saved import collect
from bench.throughput.doubts import doubts
from bench.throughput.planning import plan
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import blocks, settings

OWN = UserPair(name="mine", threads="a:f", asyncio="b:g")


def test_a_call_of_the_users_is_no_worker():
    """Their function has eight workers, or a hundred: it says so itself."""
    samples = blocks(6)
    pair = samples[0].subject.pair
    own = (UserPair(name=pair, threads="a:f", asyncio="b:g"),)
    [mine] = collect(msgspec.structs.replace(RUN, own=own), samples).comparisons
    [ours] = collect(RUN, samples).comparisons

    assert in_words(mine.workload) == key(mine.workload) == "one call"
    assert "worker" in in_words(ours.workload)


@pytest.fixture
def mine():
    """A run of a pair of the user's, with its samples and those of equal code."""
    function_pairs.register((OWN,))
    run = msgspec.structs.replace(
        RUN,
        pairs=("mine",),
        lenses=("throughput",),
        own=(OWN,),
        settings=settings(noise=True, workers=(2, 4)),
    )
    samples = [
        msgspec.structs.replace(
            one,
            subject=case.sides[one.side],
            workload=case.workload,
            measures={"core_taken_by_others": 0.3},
        )
        for case in plan(run.pairs, run.settings).cases
        for one in blocks(12, case=case.name)
    ]
    return run, samples


def test_no_line_on_a_pair_of_the_users_claims_a_number_of_workers(mine, tmp_path):
    """A doubt, the noise floor and the table of samples said `1 worker`."""
    results = collect(*mine)
    page = tmp_path / "page.html"
    found = doubts(results)
    html_file.write(msgspec.structs.replace(results, samples=()), page, found)

    assert results.comparisons[0].case.startswith("mine [one call] threads (")
    assert any("most in mine [one call] threads" in doubt for doubt in found)
    assert {one.workload.workers for one in results.samples} == {0}
    assert {one.workload.workers for one in results.noise} == {0}
    assert results.unmeasured == ()
    assert "1 worker" not in page.read_text()


def test_numbers_of_workers_do_not_repeat_a_pair_of_the_users(mine):
    """It was measured once for each number, with the same calls."""
    run, _ = mine
    cases = plan(run.pairs, run.settings).cases

    assert [one.against_itself for one in cases] == [False, True, True]


def test_the_command_of_a_pair_of_the_users_has_no_workers(mine):
    """`--workers 0` is refused."""
    commands = [one.command for one in reproduce.commands(collect(*mine))]

    assert any("run --threads a:f --asyncio b:g" in one for one in commands)
    assert not any("--workers" in one for one in commands)


def test_a_history_goes_on_under_the_new_name_of_a_case():
    """Runs of earlier versions have the name with one worker."""
    sides = "threads (3.11.7 pinned) : asyncio (3.11.7 asyncio pinned)"
    ratio = (0.9, 1.0, 1.1)
    old = Entry(
        started=1.0,
        ratios={f"mine [1 worker] {sides}": ratio, f"lock [1 worker] {sides}": ratio},
    )
    new = Entry(started=2.0, ratios={f"mine [one call] {sides}": ratio})

    assert history.cases(history.added(History(runs=(old,)), [new])) == [
        f"mine [one call] {sides}",
        f"lock [1 worker] {sides}",
    ]
