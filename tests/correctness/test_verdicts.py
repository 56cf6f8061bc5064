"""The verdict of each class in `verdicts/`, which its name ends with.

`_ok` holds and `_bad` is broken, as a reader can see in each; `_refused` cannot be
explored; `_draws` holds for some draws, and `_plain` for all that there are.
"""

import ast
from pathlib import Path

import pytest

from bench.correctness import explore
from bench.correctness.programs.discovery import find_scenarios
from bench.errors import CannotRunError

DIRECTORY = Path(__file__).parent / "verdicts"
LIMIT = 30.0  # seconds: far more than any needs


def classes(name: str) -> list[str]:
    """The classes of a file that say how they end, in its order."""
    body = ast.parse((DIRECTORY / name).read_text(encoding="utf-8")).body
    names = [one.name for one in body if isinstance(one, ast.ClassDef)]
    found = [one for one in names if one.rpartition("_")[0]]
    assert found
    return found


def verdict_of(name, scenario, **options):
    return explore(f"{DIRECTORY / name}:{scenario}", limit_seconds=LIMIT, **options)


@pytest.mark.long
@pytest.mark.parametrize("name", classes("spins.py"))
def test_a_task_that_spins_without_suspending_is_broken(name):
    """It is a defect of the program: its other tasks never have their turn."""
    verdict = verdict_of("spins.py", name)

    assert verdict.outcome == ("broken" if name.endswith("_bad") else "holds")
    if name.endswith("_bad"):
        assert verdict.failure.symptom.startswith("does not end")


@pytest.mark.parametrize("name", classes("leaving.py"))
def test_what_leaves_or_never_runs_is_told(name):
    """A check that never ran, and a process that left, prove nothing."""
    if name in ("Text_ok", "Number_ok"):  # no scenarios, and not taken for some
        found = [one.name for one in find_scenarios(str(DIRECTORY / "leaving.py"))]
        assert not [one for one in found if one.endswith(name)]
        return
    if name.endswith("_refused"):
        with pytest.raises(CannotRunError):
            verdict_of("leaving.py", name)
        return
    outcome = verdict_of("leaving.py", name).outcome
    assert outcome == ("broken" if name.endswith("_bad") else "holds")


@pytest.mark.parametrize("name", classes("waiting.py"))
def test_a_check_that_waits_for_ever_is_a_deadlock(name):
    """All workers may have ended: the check does not go on as if it had not waited."""
    verdict = verdict_of("waiting.py", name)

    assert verdict.outcome == ("broken" if name.endswith("_bad") else "holds")
    if name.endswith("_bad"):
        assert verdict.failure.symptom == "deadlock"


@pytest.mark.parametrize("name", classes("draws.py"))
def test_a_proof_says_for_which_draws_it_is_one(name):
    """One seed is one draw: another could break the program."""
    verdict = verdict_of("draws.py", name)

    assert verdict.outcome == "holds"
    assert verdict.draws == ((0,) if name.endswith("_draws") else ())


@pytest.mark.long
@pytest.mark.parametrize("name", ["OneInFour_draws", "Hour_draws"])
def test_other_draws_are_explored_on_request_and_replayed(name):
    """What is drawn belongs to the schedule that fails."""
    verdict = verdict_of("draws.py", name, draws=30)

    assert verdict.outcome == "broken"
    assert verdict.schedule.seed == verdict.draws[-1] > 0
    assert verdict.replay() == verdict.failure.symptom


@pytest.mark.long
def test_draws_that_all_hold_are_one_verdict():
    """Its counts are those of all of them; without a draw one search is enough."""
    drawn = verdict_of("draws.py", "Rand_draws", draws=5)
    plain = verdict_of("draws.py", "Unused_plain", draws=5)

    assert (drawn.outcome, drawn.schedules) == ("holds", 5)
    assert drawn.draws == (0, 1, 2, 3, 4)
    assert len(drawn.outcomes) > 1
    assert (plain.schedules, plain.draws) == (1, ())


@pytest.mark.long
@pytest.mark.parametrize("name", classes("daemons.py"))
def test_a_daemon_that_goes_on_for_ever_costs_little(name):
    """The program ends without it, and the verdict names the bound."""
    verdict = verdict_of("daemons.py", name)

    assert verdict.outcome == ("broken" if name.endswith("_bad") else "holds")
    assert verdict.schedules < 2_000


@pytest.mark.long
@pytest.mark.parametrize(
    ("name", "outcome"),
    [("Sleeps_ok", "holds"), ("SweepsInBetween_bad", "holds"), ("OnLoop_ok", "holds")],
)
def test_with_idle_timers_a_timer_fires_only_when_nothing_else_goes_on(name, outcome):
    """A machine that is never late is an assumption, and the verdict says so."""
    usual = verdict_of("daemons.py", name, keep_going=True)
    idle = verdict_of("daemons.py", name, timers="idle")

    assert (idle.outcome, idle.timers, usual.timers) == (outcome, "idle", "any")
    assert idle.schedules < usual.schedules


@pytest.mark.parametrize("search", ["dpor", "brute"])
def test_idle_timers_end_in_the_same_states_in_both_searches(search, tmp_path):
    """Worked by hand: each retry comes after what the other has done."""
    path = tmp_path / "retries.py"
    path.write_text(
        """
import threading
class Retries:
    def __init__(self):
        self.seen = []
        self.done = threading.Event()
        self.lock = threading.Lock()
    def wait(self):
        while not self.done.wait(1):
            with self.lock: self.seen.append("late")
    def work(self):
        with self.lock: self.seen.append("first")
        with self.lock: self.seen.append("second")
        self.done.set()
    workers = (wait, work)
""",
        encoding="utf-8",
    )
    verdict = explore(path, search=search, timers="idle")

    assert [row.state for row in verdict.outcomes] == ["seen=['first', 'second']"]
