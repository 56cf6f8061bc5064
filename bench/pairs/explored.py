"""Explore the pairs: the `run` of each with small workloads, and broken variants.

A variant replaces only the state, so that the same `run` meets the defect.  Each
exploration has a process of its own: a crash in one must not end the run.
"""

import inspect
import os
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
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
from bench.correctness.watch.exploring import Explored, explore_watched
from bench.correctness.watch.process import end_all
from bench.pairs.catalogue import PAIRS, Pair
from bench.pairs.provoked import counter_examples
from bench.records.certificates import Certificate
from bench.records.models import FORMS, PACKAGES, Model

ROOT = Path(__file__).parents[2]
LIMIT_SCHEDULES = 3_000  # of each workload; a larger one is reported as cut
LIMIT_SECONDS = 60.0  # never reached but by a program that is stuck


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
        """Run the pair once, under the kernel; return its outcome as text.

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
        """The module that has the state's class: the pair's own, or a broken one."""
        if self.variant is None:
            return module
        return self.loader.find(f"{PACKAGES[self.model]}.broken.{self.variant}")

    def close(self) -> None:
        self.loader.uninstall()


def silent(*_: object) -> None:
    """Ignore what is logged: only the outcome is checked."""


@dataclass(frozen=True)
class Explorable:
    """One form of a pair, or one of its counter-examples, to be explored."""

    pair: str
    model: Model
    variant: str | None = None

    @property
    def scenario(self) -> str:
        return f"broken.{self.variant}" if self.variant else self.pair


def small_workloads(pair: Pair, model: Model) -> tuple[dict[str, Any], ...]:
    """The workloads at which a form of a pair is explored.

    On anyio only the first three: its own locks and queues are explored with the pair,
    and the largest workload would take a minute.
    """
    workloads = tuple(dict(options) for options in pair.explored)
    return workloads[:3] if model == "anyio" else workloads


def explorables(pairs: Iterable[Pair]) -> list[Explorable]:
    """List the forms and counter-examples of the pairs that have small workloads."""
    small = [pair for pair in pairs if pair.explored]
    return [
        *(Explorable(pair.name, model) for pair in small for model in FORMS),
        *(Explorable(one.pair, one.model, one.name) for one in counter_examples(small)),
    ]


def calls(explorable: Explorable) -> list[list[Call]]:
    """The small workloads of a pair's form, each a group of its own.

    Those of a counter-example are one group, which ends with the first that breaks it:
    smaller ones cannot show the defect.  Any failure counts, since under `run` the
    symptom may differ from that in its docstring (a wait that times out there is a
    deadlock here); `provoked` checks the symptom.
    """
    pair = PAIRS[explorable.pair]
    found = [
        Call(pair, explorable.model, options, explorable.variant)
        for options in small_workloads(pair, explorable.model)
    ]
    return [found] if explorable.variant else [[call] for call in found]


def explore_workloads(
    explorable: Explorable,
    limit_schedules: int = LIMIT_SCHEDULES,
    stopped: Callable[[], bool] = lambda: False,
) -> list[Certificate]:
    """Explore each small workload of a pair's form, one certificate for each.

    The limit is a number of schedules, and one process explores: the counts are
    then the same on every machine.  Each form has a process, which is ended when it
    does not come back: where there is no verdict the outcome is `cut`, with the reason.
    """
    workloads = iter([call.workload for group in calls(explorable) for call in group])
    options = Options(
        limit_schedules=limit_schedules,
        limit_seconds=LIMIT_SECONDS,
        jobs=1,
        independent=True,  # `run` of a pair may be given a single worker
    )
    found = []
    done: Explored
    for done in explore_watched(partial(calls, explorable), options, fork=False):
        made = certificate(explorable, next(workloads), done.answer)
        if explorable.variant is None or made.outcome == "broken" or not made.search:
            found.append(made)
        if stopped():
            break
    return found


def certificate(
    explorable: Explorable, workload: str, answer: Verdict | Refusal
) -> Certificate:
    """The verdict of one exploration as a record; without one it is cut."""
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


def is_whole(explorable: Explorable, certificates: Iterable[Certificate]) -> bool:
    """Whether these are all certificates of a form, so that it is not explored again.

    A run can be cut between two certificates of one form, and an exploration without
    a schedule was killed or refused.
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
        return bool(own)  # of a counter-example only the workload that breaks it
    wanted = {
        Call(PAIRS[explorable.pair], explorable.model, options).workload
        for options in small_workloads(PAIRS[explorable.pair], explorable.model)
    }
    return wanted <= {one.load for one in own}


def unexplored(explorable: Explorable, workload: str, reason: str) -> Certificate:
    """A certificate without a claim: the form could not be explored."""
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


def explore_pairs(
    wanted: Iterable[Explorable],
) -> Generator[tuple[Explorable, list[Certificate]], None, None]:
    """Explore forms of pairs on all cores; yield each with its certificates as it ends.

    Each has a process of its own.  One that is killed, as the system does when memory
    runs out, is explored again after the others, alone.  For one that is killed again,
    and for what cannot be explored, the outcome is `cut`.  Closed early, it ends the
    processes at once: there was no more time.
    """
    killed = []
    for explorable, certificates in _explore(wanted, os.cpu_count() or 1):
        if any(map(was_killed, certificates)):
            killed.append(explorable)
        else:
            yield explorable, certificates
    yield from _explore(killed, 1)


def was_killed(certificate: Certificate) -> bool:
    return certificate.outcome == "cut" and "SIGKILL" in (certificate.reason or "")


def _explore(
    wanted: Iterable[Explorable], processes: int
) -> Generator[tuple[Explorable, list[Certificate]], None, None]:
    """Explore in so many processes at a time."""
    over = threading.Event()
    with ThreadPoolExecutor(processes) as waiting:
        explore = partial(explore_workloads, stopped=over.is_set)
        exploring = {waiting.submit(explore, one): one for one in wanted}
        try:
            for ended in as_completed(exploring):
                explorable = exploring[ended]
                error = ended.exception()
                if error is not None:
                    reason = f"{type(error).__name__}: {error}"
                    yield explorable, [unexplored(explorable, "", reason)]
                else:
                    yield explorable, ended.result()
        finally:
            over.set()
            waiting.shutdown(wait=False, cancel_futures=True)
            end_all()
