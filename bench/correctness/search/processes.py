"""Processes that each search a part of the same tree of schedules.

A process forks: the child knows all that its parent knows, and goes on below a state,
which the parent leaves to it.  Cores are counted as `make` counts its jobs: a pipe has
a byte for each that is idle.
"""

import os
import pickle
import select
import signal
import time
from dataclasses import dataclass
from math import inf

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import PointId, Transition, Worker
from bench.correctness.instrument.sites import SITES
from bench.correctness.programs.interrupts import raise_if_interrupted
from bench.correctness.programs.single_run import Result
from bench.correctness.search.tally import Tally
from bench.correctness.search.tree import Node

HEARING_SECONDS = 0.1  # between two looks whether Ctrl-C was pressed
Words = tuple[str, str, list[tuple[str, int]]]  # symptom, state, who went: preempting?
Request = tuple[int, list[str]]  # at a depth, try one of these workers


class LostError(Exception):
    """A child ended without a word, or with one that nobody here understands."""


@dataclass
class Report:
    """What came of a child's share of the search."""

    tally: Tally
    complete: bool
    skipped: bool
    discovered: set[PointId]  # when it is not empty, the search must begin again
    requests: list[Request]  # for states above those that were its own
    failing: Words | None
    refused: str | None = None  # why the program cannot be explored after all


def worker_names() -> dict[int, str]:
    """What workers are known by in every process, by their numbers in this one."""
    return {number: name for name, number in kernel.numbers.items()}


def in_words(result: Result) -> Words:
    """A failing run as another process understands it."""
    names = worker_names()
    choices = [(names[one.worker.number], one.preempts) for one in result.choices]
    return result.symptom or "", result.state, choices


def from_words(words: Words) -> Result:
    symptom, state, choices = words
    transitions = []
    for index, (name, preempts) in enumerate(choices):
        transition = Transition(index, Worker(name, kernel.number(name), 0), 0, 0, 0)
        transition.preempts = preempts
        transitions.append(transition)
    return Result(symptom, state, transitions, transitions, set())


class Cores:
    """The cores that nobody uses, counted in all the processes of a search."""

    def __init__(self, idle: int) -> None:
        self.idle = idle
        self.reading = self.writing = -1  # no pipe before the first is asked for

    def take(self) -> bool:
        if self.reading < 0:
            self.reading, self.writing = os.pipe()
            os.set_blocking(self.reading, False)
            os.write(self.writing, b"+" * self.idle)
        try:
            return bool(os.read(self.reading, 1))
        except BlockingIOError:
            return False

    def give(self) -> None:
        os.write(self.writing, b"+")

    def close(self) -> None:
        if self.reading >= 0:
            os.close(self.reading)
            os.close(self.writing)


class Child:
    """A process with a share of this one's search: all that is below a state."""

    def __init__(self, pid: int, pipe: int, node: Node) -> None:
        self.pid = pid
        self.pipe = pipe
        self.node = node
        self.sites = len(SITES)  # that both processes know
        self.said = b""

    def listen(self) -> bool:
        """Take in what it says; true when it has ended."""
        more = os.read(self.pipe, 1 << 20)
        self.said += more
        if not more:
            self.bury()
        return not more

    def report(self) -> Report:
        """What it has said.  Raises LostError."""
        try:
            report: Report = pickle.loads(self.said)
        except Exception as problem:
            raise LostError from problem
        if any(
            isinstance(point, int) and point >= self.sites
            for point in report.discovered
        ):
            raise LostError  # a place in a module that only the child has imported
        return report

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.bury()

    def bury(self) -> None:
        os.close(self.pipe)
        os.waitpid(self.pid, 0)


class Team:
    """This process and those that it has given a share of its search."""

    def __init__(self, jobs: int) -> None:
        self.cores = Cores(jobs - 1)
        self.at_work = True  # counted among those that use a core
        self.children: list[Child] = []
        self.parent = 0  # of a child
        self.pipe = -1  # to it

    def fork(self, node: Node) -> bool:
        """Go on in two processes; true in the child.  Raises OSError."""
        reading, writing = os.pipe()
        parent = os.getpid()  # which may be gone before the child could ask
        try:
            pid = os.fork()
        except OSError:
            os.close(reading)
            os.close(writing)
            raise
        if pid:
            os.close(writing)
            self.children.append(Child(pid, reading, node))
            return False
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends us
        for pipe in (reading, self.pipe, *(child.pipe for child in self.children)):
            if pipe >= 0:
                os.close(pipe)
        self.children = []
        self.parent, self.pipe = parent, writing
        self.at_work = True
        return True

    def tell(self, report: Report) -> None:
        """Tell the parent what this child has found."""
        said = memoryview(pickle.dumps(report))
        while said:
            said = said[os.write(self.pipe, said) :]

    def ended(self, seconds: float | None = None) -> list[Child]:
        """The children that have ended; wait until one has, or so many seconds.

        A process that waits needs no core.
        """
        until = inf if seconds is None else time.monotonic() + seconds
        if seconds != 0 and self.at_work:
            self.at_work = False
            self.cores.give()
        made: list[Child] = []
        while self.children and not made:
            by_pipe = {child.pipe: child for child in self.children}
            left = max(0.0, until - time.monotonic())
            ready = select.select([*by_pipe], [], [], min(left, HEARING_SECONDS))[0]
            made = [by_pipe[pipe] for pipe in ready if by_pipe[pipe].listen()]
            raise_if_interrupted()
            if not left:
                break
        for child in made:
            self.children.remove(child)
            self.cores.give()
        if seconds != 0:
            self.at_work = self.cores.take()
        return made

    def orphaned(self) -> bool:
        """Whether the process that wants this one's report is gone."""
        return bool(self.parent) and os.getppid() != self.parent

    def dismiss(self) -> None:
        """End the children: nobody wants to know any more."""
        while self.children:
            self.children.pop().kill()
            self.cores.give()

    def close(self) -> None:
        self.dismiss()
        self.cores.close()
