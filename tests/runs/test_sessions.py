"""A budget is that of the whole run, also when it is made in parts."""

import json
import random
import subprocess
import threading

import msgspec
import pytest
from click.testing import CliRunner

from bench.commands import beginning, continuing, executing
from bench.commands import run as run_command
from bench.errors import CannotRunError
from bench.exports.verdicts_json import verdicts
from bench.ledger.store import Ledger, read
from bench.pairs import explore_all, function_pairs, provoked
from bench.pairs.catalogue import PAIRS
from bench.pairs.counter_examples import counter_examples
from bench.records.certificates import Certificate
from bench.records.locks import LockNeeds
from bench.records.runs import End, Resumed
from bench.records.user_pairs import UserPair
from bench.report.words.answer import answer
from bench.runs import lenses, resumed_parts, saved
from bench.throughput.planning import Plan
from tests.ledger.test_merging import RUN
from tests.runs.test_resuming import LOCK
from tests.throughput.fakes import sample, small_plan

LATER = sample(0, 0, 0, 1.0, started=RUN.started + 20.0, elapsed_seconds=2.0)


@pytest.mark.parametrize(
    ("entries", "spent"),
    [
        ([RUN], 0.0),
        ([RUN, LATER], 22.0),
        ([RUN, LATER, Resumed(started=1000.0, budget_seconds=90.0)], 22.0),
        ([RUN, LATER, End(finished=0.0, elapsed_seconds=30.0)], 30.0),
        (
            [
                RUN,
                End(finished=0.0, elapsed_seconds=30.0),
                Resumed(started=1000.0, budget_seconds=90.0),
                sample(1, 0, 0, 1.0, started=1005.0, elapsed_seconds=1.0),
            ],
            36.0,
        ),
    ],
    ids=["begun", "cut", "resumed", "ended", "extended"],
)
def test_what_the_parts_took_is_known_and_the_pauses_do_not_count(entries, spent):
    """A run that is resumed the next day has its time left."""
    assert resumed_parts.spent_seconds(entries) == pytest.approx(spent)


def test_a_part_that_only_explored_counts_too():
    """Its records have no times, but durations."""
    one = Certificate(
        pair="p", model="threads", scenario="p", outcome="holds", method="explored",
        seconds=8.0,
    )  # fmt: skip

    assert resumed_parts.spent_seconds([RUN, one]) == pytest.approx(4.0)


def test_the_budget_is_that_of_the_last_part():
    """`--resume --budget 300` gives 300 s in all."""
    more = Resumed(started=1.0, budget_seconds=300.0)

    assert resumed_parts.budget_seconds([RUN]) == RUN.budget_seconds
    assert resumed_parts.budget_seconds([RUN, more]) == 300.0
    assert resumed_parts.resumed([RUN], None, 5.0).budget_seconds == RUN.budget_seconds


def test_a_budget_that_is_spent_is_refused():
    """It would measure nothing, and say that it did."""
    with pytest.raises(CannotRunError, match=r"--budget 20 is spent.*22 s"):
        resumed_parts.resumed([RUN, LATER], 20.0, 5.0)


def test_a_finished_run_measures_no_more_with_the_budget_it_had():
    """It had spent 87 of 90 s, and `--budget 90` measured for 3 s more."""
    ended = [RUN, End(finished=0.0, elapsed_seconds=RUN.budget_seconds - 3.0)]
    given = RUN.budget_seconds

    for budget in (given, given - 1.0):
        with pytest.raises(CannotRunError, match=f"is finished.* above {given:.0f}"):
            resumed_parts.resumed(ended, budget, 5.0)

    more = resumed_parts.resumed(ended, given + 1.0, 5.0)
    assert more.budget_seconds == given + 1.0
    assert resumed_parts.resumed([RUN], given - 1.0, 5.0).budget_seconds == given - 1.0


def test_a_run_that_took_longer_than_its_budget_says_so():
    """A budget of 1 s is too short for a busy machine, and no output said it."""
    given = RUN.budget_seconds
    more = Resumed(started=1.0, budget_seconds=given + 30.0)
    parts = [RUN, End(finished=0.0, elapsed_seconds=given), more]

    assert resumed_parts.late([RUN], given) is None
    assert f"budget was {given:g} s; give more" in resumed_parts.late([RUN], given + 1)
    assert resumed_parts.late(parts, 30.0) is None
    assert f"the run took {given + 32:.1f} s" in resumed_parts.late(parts, 32.0)


def test_a_run_has_ended_only_when_its_last_part_has(tmp_path):
    """One that was extended and cut is a cut run."""
    end = End(finished=0.0, elapsed_seconds=30.0)
    more = Resumed(started=1.0, budget_seconds=300.0)

    assert saved.collect(RUN, [end]).end == end
    assert saved.collect(RUN, [end, more]).end is None
    assert resumed_parts.is_finished([RUN, end])
    assert not resumed_parts.is_finished([RUN, end, more])


def test_programs_without_time_are_named_and_nothing_is_begun(tmp_path):
    """At most means at most: exploring ends with its share of the time."""
    asked = []

    def never(_):
        asked.append(_)
        yield from ()

    with Ledger.create(tmp_path / "run") as ledger:
        ledger.append(RUN)
        for _ in lenses.run(
            [PAIRS["lock"]],
            Plan((), RUN.settings),
            ["correctness", "throughput"],
            ledger,
            seconds=0.0,
        ):
            pass
    end = saved.results(tmp_path / "run").end

    assert "lock in threads, explored" in end.unchecked
    assert "broken.lock in asyncio, provoked" in end.unchecked
    assert saved.results(tmp_path / "run").certificates == ()


def test_a_run_ends_with_the_doubts_of_all_its_parts(tmp_path):
    """The report shows them: on a busy machine the intervals are wider than usual."""
    first = msgspec.structs.replace(RUN, warnings=("the load is 9", "a quota"))
    later = resumed_parts.resumed([first], None, 5.0, ["the load is 9", "the governor"])
    with Ledger.create(tmp_path / "run") as ledger:
        ledger.append_all([first, later])
        assert saved.results(tmp_path / "run").warnings == ("the load is 9", "a quota")
        for _ in lenses.run([], Plan((), RUN.settings), [], ledger, [first, later]):
            pass
    results = saved.results(tmp_path / "run")

    assert results.warnings == ("the load is 9", "a quota", "the governor")
    assert "Warned: the load is 9." in answer(results).sentences
    assert json.loads(verdicts(results))["warnings"] == [*results.warnings]


def test_a_doubt_of_several_parts_is_told_once():
    """Two parts had different loads, and the summary told of both."""
    later = resumed_parts.resumed([RUN], None, 5.0, ["the load is 12.5 on 2 cores"])
    first = msgspec.structs.replace(RUN, warnings=("the load is 9 on 2 cores", "dev"))
    last = msgspec.structs.replace(later, warnings=("the load is 3.1 on 2 cores",))

    assert resumed_parts.warnings([first, later, last]) == (
        "the load is 12.5 on 2 cores",
        "dev",
    )


def test_a_run_that_times_nothing_has_no_doubt_of_its_machine(tmp_path, monkeypatch):
    """A busy machine changes no verdict and no shape."""
    monkeypatch.setattr(run_command, "finish", lambda *_, **__: [])
    for module in (beginning, continuing):
        monkeypatch.setattr(module, "doubts_now", lambda: ["the load is 9"])
    folder = str(tmp_path / "run")
    for arguments in (
        ["lock", "--lens", "shape", "-o", folder],
        ["--resume", folder, "--budget", "200"],
    ):
        ended = CliRunner().invoke(run_command.command, arguments)
        assert (ended.exit_code, ended.output.count("load")) == (0, 0), ended.output

    assert not saved.results(tmp_path / "run").warnings


def test_a_new_run_records_the_doubts_of_its_machine(tmp_path, monkeypatch):
    """A line on the terminal is gone when the report is read."""
    said = ["the load is 9"]
    monkeypatch.setattr(run_command, "finish", lambda *_, **__: [])
    monkeypatch.setattr(lenses.session, "run", lambda *_: iter(()))
    monkeypatch.setattr(lenses.probing, "probe", lambda *_: iter(()))
    monkeypatch.setattr(beginning, "doubts_now", lambda: said)
    monkeypatch.setattr(continuing, "doubts_now", lambda: ["a quota"])
    folder = str(tmp_path / "run")
    for arguments in (
        ["lock", "--lens", "throughput", "-o", folder],
        ["--resume", folder, "--budget", "200"],
    ):
        ended = CliRunner().invoke(run_command.command, arguments)
        assert ended.exit_code == 0, ended.output
        assert read(tmp_path / "run")[-1].warnings == tuple(said)
        said = [*said, "a quota"]


def test_samples_get_what_the_other_lenses_leave(monkeypatch):
    """Explored for 30 of 100 s: 70 s without the time of the probes are left."""
    found = []
    monkeypatch.setattr(
        lenses.session, "run", lambda plan, *_: iter(found.append(plan) or ())
    )
    monkeypatch.setattr(lenses.probing, "probe", lambda *_: iter(()))
    plan = small_plan(budget_seconds=100.0)
    now = iter([0.0, 30.0, 30.0, 30.0])

    class Kept(list):
        pass

    list(
        lenses.run([], plan, ["throughput"], Kept(), seconds=100.0, clock=now.__next__)
    )

    [timed] = found
    assert timed.budget_seconds == pytest.approx(70.0 - plan.costs_seconds)


def test_a_budget_counts_from_the_start_of_the_command(tmp_path, monkeypatch):
    """Importing and asking interpreters took their time besides the budget."""
    given = []

    def begun(pairs, plan, lenses, ledger, before, seconds, used):
        given.append((seconds, used))
        yield from ()

    monkeypatch.setattr(executing, "run", begun)
    monkeypatch.setattr(run_command, "finish", lambda *_, **__: [])
    monkeypatch.setattr(run_command.time, "time", lambda: 1040.0)
    monkeypatch.setattr(resumed_parts, "slowed", lambda: 1.0)
    folder = str(tmp_path / "run")
    arguments = ["lock", "--lens", "shape", "--budget", "100", "-o", folder]

    ended = CliRunner().invoke(run_command.command, arguments, obj=1000.0)

    assert ended.exit_code == 0, ended.output
    assert read(tmp_path / "run")[0].started == 1000.0
    assert given == [(100.0 - 40.0 - resumed_parts.REPORT_SECONDS, 40.0)]


def test_the_end_of_a_run_counts_the_time_before_its_lenses(tmp_path):
    """A resumed run knows what all its parts took."""
    now = iter([10.0, 15.0])
    with Ledger.create(tmp_path / "run") as ledger:
        plan = Plan((), RUN.settings)
        list(lenses.run([], plan, [], ledger, [], 9.0, 2.0, clock=now.__next__))

    assert read(tmp_path / "run")[-1].elapsed_seconds == pytest.approx(7.0)


def test_counter_examples_without_time_are_ended_and_not_judged(monkeypatch):
    """One that takes longer than the time left says nothing about its symptom."""
    [first, *_] = counter_examples([PAIRS["lock"]])

    def too_long(module, seconds):
        assert seconds == 0.5
        raise subprocess.TimeoutExpired([module], seconds)

    monkeypatch.setattr(provoked, "_failure_line", too_long)

    assert list(provoked.provoke_all([first], lambda: 0.5)) == []
    assert list(provoked.provoke_all([first], lambda: 0.0)) == []


def test_a_search_that_goes_on_does_not_hold_up_a_run(monkeypatch):
    """The next program was waited for, however long it took."""
    ended = threading.Event()  # the processes are ended
    monkeypatch.setattr(
        explore_all.explore_one, "answers", lambda *_, **__: ended.wait(30) and ()
    )
    monkeypatch.setattr(explore_all, "end_all", ended.set)
    left = iter([0.01, 0.0, 0.0])

    assert list(explore_all.explore_pairs([LOCK], lambda: next(left, 0.0))) == []
    assert ended.is_set()


def test_functions_of_the_user_without_time_are_named(tmp_path):
    """They were explored after the budget was spent."""
    own = UserPair(name="mine", threads="a:f", asyncio="a:g", small="[1]")
    with Ledger.create(tmp_path / "run") as ledger:
        ledger.append(RUN)
        plan = Plan((), RUN.settings)
        pairs = [function_pairs.pair(own)]
        list(lenses.run(pairs, plan, ["correctness"], ledger, seconds=0.0))
    end = read(tmp_path / "run")[-1]

    assert end.unchecked == ("mine in threads, explored", "mine in asyncio, explored")


@pytest.mark.parametrize(
    ("share", "budget", "kept"),
    [(1.0, 90.0, 3.0), (0.5, 90.0, 6.0), (0.01, 90.0, 12.0), (0.01, 20.0, 10.0)],
)
def test_a_busy_machine_keeps_more_time_for_its_report(
    share, budget, kept, monkeypatch
):
    """At most means at most: with a share of a core, the page takes longer to write."""
    computed = [0.0]  # seconds; each look takes a millisecond of computing

    def thread_time():
        computed[0] += 0.001
        return computed[0]

    monkeypatch.setattr(resumed_parts.time, "thread_time", thread_time)
    monkeypatch.setattr(resumed_parts.time, "perf_counter", lambda: computed[0] / share)

    assert resumed_parts.report_seconds(budget) == pytest.approx(kept, rel=0.1)


def test_what_was_explored_is_in_the_order_of_the_plan():
    """Two runs of one command listed their locks in different orders."""
    run = msgspec.structs.replace(RUN, pairs=("lock", "event"))
    forms = [(pair, model) for pair in run.pairs for model in ("threads", "asyncio")]
    locks = [
        LockNeeds(pair=pair, model=model, outcome="no locks") for pair, model in forms
    ]
    certificates = [
        Certificate(
            pair=pair,
            model=model,
            scenario=scenario,
            outcome=outcome,
            expected=outcome,
            method="explored",
        )
        for pair in run.pairs
        for scenario, outcome in ((pair, "holds"), (f"broken.{pair}", "broken"))
        for model in ("threads", "asyncio")
    ]
    ended = random.Random(1).sample([*locks, *certificates], 12)
    results = saved.collect(run, ended)

    assert list(results.locks) == locks
    assert list(results.certificates) == certificates


@pytest.mark.parametrize("spent", [6.01, 6.4, 6.0])
def test_the_budget_that_is_advised_is_accepted(spent):
    """It was rounded to whole seconds: too low for one budget, too high for another."""
    run = msgspec.structs.replace(RUN, budget_seconds=spent)
    ended = [run, End(finished=spent, elapsed_seconds=spent)]
    with pytest.raises(CannotRunError) as refused:
        resumed_parts.resumed(ended, spent, 5.0)
    advised = float(str(refused.value).rpartition(" ")[2])

    assert spent <= advised < spent + 0.1
    assert resumed_parts.resumed(ended, advised + 0.1, 5.0)
