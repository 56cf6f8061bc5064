"""Forked processes: each process searches a part of the same tree of schedules.

When a process forks, the child is a copy of its parent.  The child searches below a
node that the parent delegates to it.  Idle cores are counted as in a job server of
`make`: a pipe contains one byte for each idle core.
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

POLL_SECONDS = 0.1  # the time between two checks for Ctrl-C
# Symptom, end state, and for each choice its worker and its preemptions.
Words = tuple[str, str, list[tuple[str, int]]]
Request = tuple[int, list[str]]  # at this depth, choose one of these workers


class LostError(Exception):
    """A child ended without a report, or its report cannot be used here."""


@dataclass
class Report:
    """The results of a child's share of the search."""

    tally: Tally
    complete: bool
    skipped: bool
    discovered: set[PointId]  # if there are any, the search must begin again
    requests: list[Request]  # requests for nodes above those of the child
    failing: Words | None
    refused: str | None = None  # why the program cannot be explored


def names_by_number() -> dict[int, str]:
    """The names of workers by number; the numbers are valid in this process only."""
    return {number: name for name, number in kernel.numbers.items()}


def in_words(result: Result) -> Words:
    """A failing run for another process: its workers have names, not numbers."""
    names = names_by_number()
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
    """The number of idle cores; all processes of a search share it through a pipe."""

    def __init__(self, idle: int) -> None:
        self.idle = idle
        self.reading = self.writing = -1  # no pipe before the first `take`

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
    """A child process, which searches all that is below one node of this process."""

    def __init__(self, pid: int, pipe: int, node: Node) -> None:
        self.pid = pid
        self.pipe = pipe
        self.node = node
        self.last_site = next(reversed(SITES))  # the last site that both processes know
        self.received = b""

    def receive(self) -> bool:
        """Receive data from the child; return whether the child has ended."""
        more = os.read(self.pipe, 1 << 20)
        self.received += more
        if not more:
            self.reap()
        return not more

    def report(self) -> Report:
        """The report that the child has sent.  Raises LostError."""
        try:
            report: Report = pickle.loads(self.received)
        except Exception as problem:
            raise LostError from problem
        if any(
            isinstance(point, int) and point > self.last_site
            for point in report.discovered
        ):
            raise LostError  # a site in a module that only the child has imported
        return report

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)
        self.reap()

    def reap(self) -> None:
        os.close(self.pipe)
        os.waitpid(self.pid, 0)


class Team:
    """This process and its children, which search parts of this process's share."""

    def __init__(self, jobs: int) -> None:
        self.cores = Cores(jobs - 1)
        self.at_work = True  # whether this process uses a core
        self.children: list[Child] = []
        self.parent = 0  # in a child: the parent's id
        self.pipe = -1  # in a child: the pipe to the parent

    def fork(self, node: Node) -> bool:
        """Continue in two processes; True in the child.  Raises OSError."""
        reading, writing = os.pipe()
        parent = os.getpid()  # read before the fork: the parent may end right after it
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
        signal.signal(
            signal.SIGINT, signal.SIG_IGN
        )  # the parent handles it, and ends this process
        for pipe in (reading, self.pipe, *(child.pipe for child in self.children)):
            if pipe >= 0:
                os.close(pipe)
        self.children = []
        self.parent, self.pipe = parent, writing
        self.at_work = True
        return True

    def send(self, report: Report) -> None:
        """Send the report of this child to its parent."""
        data = memoryview(pickle.dumps(report))
        while data:
            data = data[os.write(self.pipe, data) :]

    def ended(self, seconds: float | None = None) -> list[Child]:
        """The children that have ended; wait until one ends, but at most `seconds`.

        While this process waits, another process may use its core.
        """
        until = inf if seconds is None else time.monotonic() + seconds
        if seconds != 0 and self.at_work:
            self.at_work = False
            self.cores.give()
        ended: list[Child] = []
        while self.children and not ended:
            by_pipe = {child.pipe: child for child in self.children}
            left = max(0.0, until - time.monotonic())
            ready = select.select([*by_pipe], [], [], min(left, POLL_SECONDS))[0]
            ended = [by_pipe[pipe] for pipe in ready if by_pipe[pipe].receive()]
            raise_if_interrupted()
            if not left:
                break
        for child in ended:
            self.children.remove(child)
            self.cores.give()
        if seconds != 0:
            self.at_work = self.cores.take()
        return ended

    def orphaned(self) -> bool:
        """Whether the parent, which needs the report of this process, has ended."""
        return bool(self.parent) and os.getppid() != self.parent

    def dismiss(self) -> None:
        """End the children, because their reports are no longer needed."""
        while self.children:
            self.children.pop().kill()
            self.cores.give()

    def close(self) -> None:
        self.dismiss()
        self.cores.close()
