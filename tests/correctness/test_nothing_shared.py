"""A search that saw nothing shared proves nothing, and says how much it saw."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench.correctness import explore
from tests.correctness import independent_programs

FILE = independent_programs.__file__
ROOT = Path(__file__).parents[2]
WAYS = [{}, {"order": "fifo"}, {"search": "brute"}]


def named(program):
    return f"{FILE}:{program.__name__}"


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "bench", "explore", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(
    "program", independent_programs.INDEPENDENT, ids=lambda p: p.__name__
)
def test_where_nothing_shared_was_seen_nothing_is_proved(program, way):
    """Perhaps what the workers share was not seen: a false proof costs more."""
    verdict = explore(named(program), **way)

    assert (verdict.outcome, verdict.shared) == ("holds", 0)
    assert verdict.nothing_shared
    assert not explore(named(program), independent=True, **way).nothing_shared


@pytest.mark.parametrize("way", WAYS, ids=str)
@pytest.mark.parametrize(
    "program", independent_programs.SHARING, ids=lambda p: p.__name__
)
def test_what_two_workers_use_and_one_writes_is_shared(program, way):
    """Whatever it is, and in every search: these proofs are proofs."""
    verdict = explore(named(program), **way)

    assert verdict.outcome == "holds"
    assert verdict.shared >= 1
    assert not verdict.nothing_shared
    assert verdict.workers == 2


@pytest.mark.long
def test_the_command_says_what_was_seen():
    """Two of everything would be a proof of something, and none of it is not."""
    done = command(named(independent_programs.OwnAttributes))

    assert done.returncode == 2
    assert "holds, but nothing shared was seen: 1 schedule" in done.stdout
    assert "2 workers, 1 scheduling point, 0 shared places" in done.stdout
    assert "--independent" in done.stdout

    done = command(named(independent_programs.OwnAttributes), "--independent")

    assert done.returncode == 0
    assert "holds: 1 schedule" in done.stdout


@pytest.mark.long
def test_every_verdict_counts_what_it_saw():
    """In JSON as well, so that a program can ask for more than one place."""
    done = command(named(independent_programs.Locked), "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert (told["outcome"], told["workers"]) == ("holds", 2)
    assert told["points"] >= 2
    assert told["shared"] >= 2  # the lock, and the value


def test_another_value_for_independent_is_refused():
    """A typing error must not prove anything."""
    with pytest.raises(TypeError, match="independent must be True or False"):
        explore(named(independent_programs.Locked), independent="yes")
