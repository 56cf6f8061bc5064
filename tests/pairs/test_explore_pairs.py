"""`explore` with a name of the catalogue: the same promises as for a file."""

import json
import subprocess
import sys

import pytest

from bench.commands.targets import Listed, programs
from bench.errors import CannotRunError
from bench.pairs.catalogue import PAIRS
from bench.pairs.explore_one import explorables, small_workloads
from bench.records.models import MODELS

PACKAGES = {
    "threads": "threaded",
    "asyncio": "asyncio_impl",
    "anyio": "asyncio_impl.on_anyio",
}


@pytest.fixture
def explore(tmp_path):
    """Run the command in an empty directory; return how it ended."""

    def run(*arguments):
        return subprocess.run(
            [sys.executable, "-m", "bench", "explore", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.mark.long
@pytest.mark.parametrize("model", MODELS)
def test_a_lock_left_held_has_no_other_defect_than_that(explore, model):
    """Read again behind the release, the balance was that of another teller."""
    ended = explore(f"{PACKAGES[model]}.broken.lock_left_held", "--json")

    assert ended.returncode == 0, ended.stdout


@pytest.mark.long
def test_a_pair_is_explored_at_each_workload_in_each_model(explore):
    """As `run` does it, so that its figures can be made again one by one."""
    ended = explore("lock", "--json")
    said = [json.loads(line) for line in ended.stdout.splitlines()]

    assert ended.returncode == 0
    assert {one["outcome"] for one in said} == {"holds"}
    for package in PACKAGES.values():
        asked = [o for o in said if o["scenario"].startswith(f"{package}.lock(")]
        assert len(asked) == len(PAIRS["lock"].explored)


@pytest.mark.long
@pytest.mark.parametrize("model", MODELS)
def test_a_counter_example_is_broken_and_its_schedule_replays(model, explore):
    """What a reader copies from the report: the failure, then the failure again."""
    target = f"{PACKAGES[model]}.broken.lock"
    ended = explore(target)
    last = ended.stdout.strip().splitlines()[-1]

    assert ended.returncode == 1
    assert "an update was lost" in ended.stdout
    assert last.startswith(f"replay it: python -m bench explore {target} --replay ")

    again = explore(*last.split("explore ")[1].split())

    assert again.returncode == 1
    assert "an update was lost" in again.stdout


def test_a_counter_example_without_its_model_is_explored_in_both():
    """`broken.NAME` is what the report and `list` call it."""
    groups = programs("broken.event")

    assert [group[0].model for group in groups] == list(MODELS)
    assert {program.target for group in groups for program in group} == {
        "threaded.broken.event",
        "asyncio_impl.broken.event",
    }


def test_every_entry_of_the_catalogue_that_run_explores_can_be_asked_for():
    """A name in a report that `explore` does not know would be a dead end."""
    for one in explorables(PAIRS.values()):
        [group] = programs(f"{PACKAGES[one.model]}.{one.scenario}")
        assert all(isinstance(program, Listed) for program in group)
        asked = [program.options for program in group]
        assert asked == list(small_workloads(PAIRS[one.pair], one.model))


@pytest.mark.long
def test_a_counter_example_that_no_schedule_breaks_says_how_it_fails(explore):
    """This one logs to a slow reader, and the explorer's reader is never slow."""
    ended = explore("broken.candy_machine_logs_in_the_lock")

    assert ended.returncode == 0
    assert "python -m threaded.broken.candy_machine_logs_in_the_lock" in ended.stderr


@pytest.mark.parametrize(
    ("target", "advice"),
    [
        ("candymachine", "did you mean candy_machine?"),
        ("broken.condtion", "did you mean broken.condition?"),
        ("threaded.broken.nope", "give FILE.py, FILE.py:NAME or a pair"),
        ("url_fetch", "python -m threaded.url_fetch"),
        ("asyncio_impl.broken.url_fetch", "python -m asyncio_impl.broken.url_fetch"),
        (
            "asyncio_impl.broken.candy_machine_logs_in_the_lock",
            "only threads can fail that way",
        ),
        ("nowhere/jobs.py", "there is no file nowhere/jobs.py"),
    ],
)
def test_a_name_that_cannot_be_explored_is_answered_with_one_that_can(target, advice):
    """One line: what is wrong, and what to type."""
    with pytest.raises(CannotRunError, match=r"\A[^\n]*\Z") as raised:
        programs(target)

    assert advice in str(raised.value)
