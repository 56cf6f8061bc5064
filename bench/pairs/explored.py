"""Explore the pairs: the `run` of each with small workloads, and broken variants.

A variant replaces only the state, so that the same `run` meets the defect.  Each
exploration has a process of its own: a crash in one must not end the run.
"""

import inspect
import os
import signal
import threading
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import active_children, get_context, parent_process
from pathlib import Path
from typing import Any

from bench.correctness.api import explore_program
from bench.correctness.engine.kernel import kernel
from bench.correctness.models.asyncio_ import runner as loops
from bench.correctness.programs.end_state import WrongError, show
from bench.correctness.programs.loader import Loader
from bench.correctness.programs.single_run import run_to_end
from bench.correctness.records.options import Options
from bench.correctness.records.verdict import Verdict
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


def explorables(pairs: Iterable[Pair]) -> list[Explorable]:
    """List the forms and counter-examples of the pairs that have small workloads."""
    small = [pair for pair in pairs if pair.explored]
    return [
        *(Explorable(pair.name, model) for pair in small for model in FORMS),
        *(Explorable(one.pair, one.model, one.name) for one in counter_examples(small)),
    ]


def explore_workloads(
    explorable: Explorable, limit_schedules: int = LIMIT_SCHEDULES
) -> list[Certificate]:
    """Explore each small workload of a pair's form, one certificate for each.

    The limit is a number of schedules, and one process explores: the counts are
    then the same on every machine.
    Of a counter-example only the first workload that breaks it is reported: smaller
    ones cannot show the defect.  Any failure counts, since under `run` the symptom
    may differ from that in its docstring (a wait that times out there is a deadlock
    here); `provoked` checks the symptom.  Raises CannotRunError for calls that are
    not modelled.
    """
    found = []
    pair = PAIRS[explorable.pair]
    for options in pair.explored:
        call = Call(pair, explorable.model, dict(options), explorable.variant)
        verdict = explore_program(
            call,
            Options(
                limit_schedules=limit_schedules, limit_seconds=LIMIT_SECONDS, jobs=1
            ),
        )
        if explorable.variant is None:
            found.append(certificate(explorable, call, verdict))
        elif verdict.outcome == "broken":
            return [certificate(explorable, call, verdict)]
    return found


def certificate(explorable: Explorable, call: Call, verdict: Verdict) -> Certificate:
    """The verdict of one exploration as a record."""
    return Certificate(
        pair=explorable.pair,
        model=explorable.model,
        scenario=explorable.scenario,
        outcome=verdict.outcome,
        method="explored",
        expected="broken" if explorable.variant else "holds",
        schedules=verdict.schedules,
        exhausted=verdict.exhausted,
        seconds=verdict.seconds,
        granularity=verdict.granularity,
        search=verdict.search,
        order="" if explorable.model == "threads" else verdict.order,
        bound=call.workload,
        outcomes=verdict.outcomes,
        failure=verdict.failure,
    )


def explore_pairs(
    wanted: Iterable[Explorable],
) -> Generator[tuple[Explorable, list[Certificate]], None, None]:
    """Explore forms of pairs on all cores; yield each with its certificates as it ends.

    A process that is killed takes the others with it: what is left is then explored
    again, each in a process of its own.  For one that cannot be explored, or whose
    process is killed again, the outcome is `cut`, and the bound is the reason.
    """
    left: list[Explorable] = []
    for explorable, certificates in _explore(list(wanted), os.cpu_count() or 1):
        if isinstance(certificates, BrokenProcessPool):
            left.append(explorable)
        else:
            yield explorable, certificates
    for again in left:
        for explorable, certificates in _explore([again], 1):
            if isinstance(certificates, BrokenProcessPool):
                certificates = [unexplored(explorable, certificates)]
            yield explorable, certificates


def _explore(
    wanted: Sequence[Explorable], processes: int
) -> Iterator[tuple[Explorable, list[Certificate] | BrokenProcessPool]]:
    """Explore in so many processes; the error where one of them was killed.

    Closed early, it ends the processes at once: there was no more time.
    """
    if not wanted:
        return
    before = set(active_children())
    pool = ProcessPoolExecutor(
        processes, get_context("spawn"), initializer=end_with_the_parent
    )
    try:
        exploring: dict[Future[list[Certificate]], Explorable] = {}
        with sigint_blocked():
            for one in wanted:
                exploring[submitted(pool, one)] = one
        for ended in as_completed(exploring):
            explorable = exploring[ended]
            error = ended.exception()
            if isinstance(error, BrokenProcessPool):
                yield explorable, error
            elif error is not None:
                yield explorable, [unexplored(explorable, error)]
            else:
                yield explorable, ended.result()
    except GeneratorExit:
        for child in set(active_children()) - before:
            child.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def submitted(
    pool: ProcessPoolExecutor, explorable: Explorable
) -> "Future[list[Certificate]]":
    """Submit an exploration; a future with the error where the pool is broken."""
    try:
        return pool.submit(explore_workloads, explorable)
    except BrokenProcessPool as error:  # a process was killed while it started
        failed: Future[list[Certificate]] = Future()
        failed.set_exception(error)
        return failed


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
        Call(PAIRS[explorable.pair], explorable.model, dict(options)).workload
        for options in PAIRS[explorable.pair].explored
    }
    return wanted <= {one.bound for one in own}


def unexplored(explorable: Explorable, error: BaseException) -> Certificate:
    """A certificate without a claim: the form could not be explored."""
    return Certificate(
        pair=explorable.pair,
        model=explorable.model,
        scenario=explorable.scenario,
        outcome="cut",
        method="explored",
        expected="broken" if explorable.variant else "holds",
        bound=f"{type(error).__name__}: {error}",
    )


@contextmanager
def sigint_blocked() -> Iterator[None]:
    """Block SIGINT while processes start: they inherit the blocked signal."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_the_parent() -> None:
    """Ignore SIGINT, which the parent handles, and end when the parent has ended."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=exit_after_parent, daemon=True).start()


def exit_after_parent() -> None:
    """Wait until the parent process has ended, then end this one at once."""
    if (parent := parent_process()) is not None:
        parent.join()  # its queue does not close: every process has both ends
        os._exit(1)
