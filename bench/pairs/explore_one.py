"""Explores a pair: its `run` with small workloads, or a broken variant of the pair.

A variant replaces only the state, so that the same `run` shows the defect.  Each
exploration has a process of its own, because a crash must not end the whole run.
"""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.models.asyncio_ import runner as loops
from bench.correctness.programs.end_state import WrongError, show
from bench.correctness.programs.loader import Loader
from bench.correctness.programs.single_run import run_to_end
from bench.correctness.records.options import Options
from bench.correctness.records.verdict import Refusal, Verdict
from bench.correctness.watch.exploring_process import Programs, explore_watched
from bench.correctness.watch.without_locks import studied
from bench.pairs.catalogue import PAIRS, Pair
from bench.pairs.counter_examples import counter_examples
from bench.records.certificates import Certificate
from bench.records.models import FORMS, MODELS, PACKAGES, Model

ROOT = Path(__file__).parents[2]
# schedules per workload; a search that needs more schedules is cut
LIMIT_SCHEDULES = 3_000
# Schedules per workload of a counter-example.  If `run` of the pair can show the
# defect, at most 260 schedules are needed to find it.
LIMIT_BROKEN = 500
LIMIT_SECONDS = 60.0  # time limit; only a program that never ends reaches it
Answers = Sequence[tuple[str, Verdict | Refusal]]  # each workload with its answer


@dataclass
class Call:
    """`module.run` of a pair, with a workload, as a program to explore."""

    pair: Pair
    model: Model
    options: dict[str, Any]
    variant: str | None = None  # a module in `broken/`
    loader: Loader = field(default_factory=lambda: Loader(ROOT))

    @property
    def name(self) -> str:
        variant = f"broken.{self.variant}" if self.variant else self.pair.name
        return f"{variant}({self.workload})"

    @property
    def workload(self) -> str:
        return ", ".join(f"{key}={value}" for key, value in self.options.items())

    def run(self) -> str:
        """Run the pair once, under the explorer's kernel; return its outcome as text.

        Raises WrongError for a wrong outcome.
        """
        module = self.loader.load(self.pair.module(self.model))
        arguments, options = self.pair.arguments(self.states(module), self.options)
        if "log" in inspect.signature(module.run).parameters:
            options["log"] = silent
        outcome = module.run(*arguments, **options)
        if inspect.iscoroutine(outcome):
            outcome = loops.run(outcome)
        else:
            run_to_end()
        kernel.run_alone()
        wrong = self.pair.wrong(outcome, self.options)
        if wrong is not None:
            raise WrongError(wrong)
        return show(outcome)

    def states(self, module: Any) -> Any:
        """Return the module of the state's class: the pair's own, or a broken one."""
        if self.variant is None:
            return module
        return self.loader.find(f"{PACKAGES[self.model]}.broken.{self.variant}")

    def close(self) -> None:
        self.loader.uninstall()


def silent(*_: object) -> None:
    """Log nothing: only the outcome is checked."""


@dataclass(frozen=True)
class Explorable:
    """A form of a pair, or one of its counter-examples, to explore."""

    pair: str
    model: Model
    variant: str | None = None

    @property
    def scenario(self) -> str:
        return f"broken.{self.variant}" if self.variant else self.pair

    @property
    def locks_are_tried(self) -> bool:
        """Whether each lock of the form is put out of effect in turn; not for anyio."""
        return self.variant is None and self.model in MODELS


def small_workloads(pair: Pair, model: Model) -> tuple[dict[str, Any], ...]:
    """Return the workloads at which a form of a pair is explored.

    On anyio there are fewer workloads, because anyio's own locks and queues are
    explored together with the pair.  So only about 45 schedules a second are explored,
    and the largest workload takes up to a minute.
    """
    workloads = tuple(dict(options) for options in pair.explored)
    return workloads[: pair.explored_on_anyio] if model == "anyio" else workloads


def explorables(pairs: Iterable[Pair]) -> list[Explorable]:
    """List the forms and counter-examples of the pairs that have small workloads."""
    small = [pair for pair in pairs if pair.explored]
    return [
        *(Explorable(pair.name, model) for pair in small for model in FORMS),
        *(Explorable(one.pair, one.model, one.name) for one in counter_examples(small)),
    ]


def calls(explorable: Explorable) -> list[list[Call]]:
    """Return lists of programs: a program is a form of a pair with a small workload.

    The programs of a list are explored one after another, until one of them breaks.  A
    form of a pair must hold at each workload, so each of its lists has one program.  A
    counter-example must break at one workload at least, and the smallest workloads may
    not show its defect.  So all of its programs are in one list.

    Any failure of a counter-example counts as its defect, even if the docstring names
    another symptom.  For example, the explorer finds a deadlock where a plain run ends
    with a timeout.  `provoked` checks the symptom.
    """
    pair = PAIRS[explorable.pair]
    found = [
        Call(pair, explorable.model, options, explorable.variant)
        for options in small_workloads(pair, explorable.model)
    ]
    return [found] if explorable.variant else [[call] for call in found]


def explore_workloads(
    explorable: Explorable, limit_schedules: int | None = None
) -> list[Certificate]:
    """Explore each small workload of a pair's form; return a certificate for each."""
    return certificates(explorable, answers(explorable, limit_schedules))


def answers(
    explorable: Explorable,
    limit_schedules: int | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> Answers:
    """Explore each small workload of a pair's form, until `stopped` returns true.

    If the locks of the form are tried, the exploration also records how they are used.
    The form has a process of its own, which is ended if it does not answer.  The
    default of `limit_schedules` is LIMIT_BROKEN for a counter-example, otherwise
    LIMIT_SCHEDULES.
    """
    workloads = iter([call.workload for group in calls(explorable) for call in group])
    found: list[tuple[str, Verdict | Refusal]] = []
    usual = LIMIT_BROKEN if explorable.variant else LIMIT_SCHEDULES
    options = options_with(limit_schedules or usual)
    for done in explore_watched(programs(explorable), options, fork=False):
        found.append((next(workloads), done.answer))
        if stopped():
            break
    return found


def programs(explorable: Explorable) -> Programs:
    """Return the call that lists the programs of a form in the exploring process."""
    listed = partial(calls, explorable)
    return partial(studied, listed, ()) if explorable.locks_are_tried else listed


def options_with(limit_schedules: int) -> Options:
    """Return the options for the exploration of a workload.

    The search is limited by a number of schedules, and not by time, and one process
    explores.  So the counts of a pair are equal on every machine.
    """
    return Options(
        limit_schedules=limit_schedules,
        limit_seconds=LIMIT_SECONDS,
        jobs=1,
        # With a small workload, `run` of a pair may start only one worker, which shares
        # nothing.  If a search sees nothing shared, its "holds" is no proof, because
        # the search may have overlooked something.  `independent` says that the workers
        # share nothing on purpose, and makes "holds" a proof.
        independent=True,
    )


def certificates(explorable: Explorable, found: Answers) -> list[Certificate]:
    """Return a certificate for each answer with a result.

    If there is no verdict, the outcome is `cut`, with the reason.  A workload that
    does not show a counter-example's defect has no result.
    """
    made = [certificate(explorable, workload, one) for workload, one in found]
    return [
        one
        for one in made
        if explorable.variant is None or one.outcome == "broken" or not one.search
    ]


def certificate(
    explorable: Explorable, workload: str, answer: Verdict | Refusal
) -> Certificate:
    """Return an exploration's verdict as a record: "cut" if there is no verdict."""
    if isinstance(answer, Refusal):
        return unexplored(explorable, workload, answer.reason)
    return Certificate(
        pair=explorable.pair,
        model=explorable.model,
        scenario=explorable.scenario,
        outcome=answer.outcome,
        method="explored",
        expected="broken" if explorable.variant else "holds",
        schedules=answer.schedules,
        exhausted=answer.exhausted,
        seconds=answer.seconds,
        granularity=answer.granularity,
        search=answer.search,
        order="" if explorable.model == "threads" else answer.order,
        workload=workload,
        bound=answer.bound,
        reason=answer.reason,
        outcomes=answer.outcomes,
        failure=answer.failure,
    )


def has_all_certificates(
    explorable: Explorable, certificates: Iterable[Certificate]
) -> bool:
    """Whether a form has a certificate for each of its small workloads.

    If a run ended between two certificates of a form, the second one is missing.  Then
    `run --resume` explores the whole form again.  A `cut` certificate without a
    schedule counts as missing, because its exploration was killed or refused.  Of a
    counter-example, one certificate is enough.
    """
    own = [
        one
        for one in certificates
        if one.method == "explored"
        and (one.pair, one.model, one.scenario)
        == (explorable.pair, explorable.model, explorable.scenario)
    ]
    if any(one.outcome == "cut" and not one.schedules for one in own):
        return False
    if explorable.variant is not None:
        # a counter-example has a certificate only for a workload that breaks it
        return bool(own)
    wanted = {
        Call(PAIRS[explorable.pair], explorable.model, options).workload
        for options in small_workloads(PAIRS[explorable.pair], explorable.model)
    }
    return wanted <= {one.load for one in own}


def unexplored(explorable: Explorable, workload: str, reason: str) -> Certificate:
    """Return a certificate without a claim: the form could not be explored."""
    return Certificate(
        pair=explorable.pair,
        model=explorable.model,
        scenario=explorable.scenario,
        outcome="cut",
        method="explored",
        expected="broken" if explorable.variant else "holds",
        workload=workload,
        reason=reason,
    )
