"""Programs explored in a child process, with an answer for each within its time limit.

The child lists the programs and explores them one after another.  The parent checks the
time limit.  If the child does not answer in time, or ends early, the answer says what
the child was doing.  A new child then explores the programs that remain.
"""

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Found, Options
from bench.correctness.records.verdict import Refusal, Verdict
from bench.correctness.search.distributed_search import Elsewhere
from bench.correctness.search.program_search import explore_program
from bench.correctness.search.shares import Searchers
from bench.correctness.watch.doing import doing, how_it_ended
from bench.correctness.watch.process import EndedError, Send, Watched
from bench.errors import CannotRunError
from bench.records.certificates import Failure, Outcome

GRACE_SECONDS = 1.4  # how long after the limit the child is asked for its stack
END_SECONDS = 20.0  # the time for the child to close its searchers
SEARCHERS_SECONDS = 240.0  # the time to start processes elsewhere
Programs = Callable[[], Sequence[Sequence[Program]]]  # called in the child
Note = Callable[[str], object]  # called with a line for the user
Opener = Callable[[Note], AbstractContextManager[Searchers]]  # called in the child


@dataclass(frozen=True)
class Explored:
    """One program and the answer for it.

    group: the number of its group; after a broken program, the group is not continued.
    target: the name of the program on the command line.
    last: whether no other program of the group is explored after this one.
    """

    group: int
    target: str
    answer: Verdict | Refusal
    last: bool


# --- In the parent --------------------------------------------------------------------


def explore_watched(
    programs: Programs,
    options: Options,
    *,
    terminal: bool = False,
    fork: bool | None = None,
    searchers: Opener | None = None,
    note: Note | None = None,
) -> Iterator[Explored]:
    """Explore groups of programs; yield each answer as soon as it is known.

    `terminal`: the child keeps the terminal, for a debugger, and has no time limit.
    `fork`: whether to fork the child; None: if possible.  `searchers`: opens the
    processes elsewhere that share searches; it can be pickled.  `note` gets each
    line about these processes.  Raises CannotRunError if the programs cannot be listed.
    """
    watch = Watch(programs, options, terminal, fork, searchers, note)
    while not watch.done:
        yield from watch.explore()


class Watch:
    """The programs of a target, explored in one child after another."""

    def __init__(
        self,
        programs: Programs,
        options: Options,
        terminal: bool,
        fork: bool | None,
        searchers: Opener | None,
        note: Note | None,
    ) -> None:
        self.programs = programs
        self.searchers = searchers
        self.note = note
        self.options = options
        self.terminal = terminal
        self.fork = fork
        self.done = False
        self.listed: list[list[tuple[str, str]]] = []  # by group: names and targets
        self.at = 0, 0  # the group and its member to explore next
        self.schedules = 0
        self.found: str | None = None  # the symptom of the present program
        self.until: float | None = None
        self.began = 0.0

    def explore(self) -> Iterator[Explored]:
        """Explore in one child, until it ends or all programs are explored."""
        options = replace_hooks(self.options)
        job = partial(explore_from, self.programs, options, self.at)
        if self.searchers is not None:
            job = partial(job, searchers=self.searchers)
        with Watched(job, terminal=self.terminal, fork=self.fork) as child:
            self.begin()
            while not self.done:
                try:
                    kind, *told = child.receive(self.until)
                except TimeoutError:
                    yield self.late(child)
                    return
                except EndedError as ended:
                    yield self.lost(child, ended.status)
                    return
                if kind == "answer":
                    yield self.answered(*told)
                else:
                    self.hear(kind, *told)
            if self.searchers is not None:
                child.wait(END_SECONDS)  # the child closes its searchers

    def begin(self) -> None:
        """Start the clock of one program, or of the loading of the programs."""
        self.schedules, self.found = 0, None
        self.began = time.monotonic()
        limit = self.options.limit_seconds
        if limit is not None and not self.terminal:
            self.until = self.began + limit + GRACE_SECONDS
            if self.searchers is not None:
                self.until += SEARCHERS_SECONDS * self.options.draws

    def hear(self, kind: str, *told: Any) -> None:
        if kind == "cannot":
            raise CannotRunError(told[0])
        if kind == "listed":
            self.listed = told[0]
        elif kind == "begin":
            self.begin()
        elif kind == "note" and self.note is not None:
            self.note(told[0])
        elif kind == "found":
            self.found = told[0]
        elif kind == "tick":
            self.schedules = told[0]
            if self.options.tick is not None:
                self.options.tick(*told)

    def answered(self, answer: Verdict | Refusal) -> Explored:
        """Return the answer for the present program, and go on to the next program."""
        group, member = self.at
        names = self.listed[group]
        broken = isinstance(answer, Verdict) and answer.outcome == "broken"
        last = broken or member + 1 == len(names)
        self.at = (group + 1, 0) if last else (group, member + 1)
        self.done = self.at[0] == len(self.listed)
        return Explored(group, names[member][1], answer, last)

    def late(self, child: Watched) -> Explored:
        """Return the answer for a program whose child did not answer in time."""
        where = doing(child.ask_for_stack())
        limit = self.options.limit_seconds
        if not self.listed:
            at = f" (it was at {where})" if where else ""
            raise CannotRunError(
                f"the program was not loaded within {limit:g} s{at};"
                " its import must not run code that waits or takes long"
            )
        at = f": it was at {where}" if where else ""
        return self.unfinished(f"a run did not come back within {limit:g} s{at}")

    def lost(self, child: Watched, status: int) -> Explored:
        """Return the answer for a program whose child ended without a verdict."""
        where = doing(child.last_stack())
        at = f" at {where}" if where else ""
        how = f"{how_it_ended(status)}{at}"
        if not self.listed:
            raise CannotRunError(
                f"the process that loads the program {how}, so nothing was explored;"
                " put code that runs at its import under `if __name__ == '__main__'`"
            )
        if self.found is not None:
            return self.unfinished(f"the process that explores it {how}")
        name = self.name()
        return self.answered(
            Refusal(
                scenario=name,
                reason=f"{name}: the process that explores it {how}, so there is no"
                f" verdict (after at least {self.schedules:,} schedules);"
                " try a smaller workload",
            )
        )

    def name(self) -> str:
        group, member = self.at
        return self.listed[group][member][0]

    def unfinished(self, reason: str) -> Explored:
        """Return a verdict from what the child has reported until now."""
        failure = None
        outcomes: tuple[Outcome, ...] = ()
        if self.found is not None:
            failure = Failure(symptom=self.found)
            outcomes = (Outcome(state=self.found, schedules=1, acceptable=False),)
        options = self.options
        return self.answered(
            Verdict(
                scenario=self.name(),
                outcome="broken" if failure else "cut",
                schedules=max(self.schedules, len(outcomes)),
                exhausted=False,
                seconds=time.monotonic() - self.began,
                granularity="sync+shared",
                search="brute" if options.preemptions is not None else options.search,
                order=options.order,
                timers=options.timers,
                outcomes=outcomes,
                failure=failure,
                reason=reason,
            )
        )


def replace_hooks(options: Options) -> Options:
    """Return the options without `tick`, because the child sets a `tick` of its own."""
    return replace(options, tick=None)


# --- In the child ---------------------------------------------------------------------


def explore_from(
    programs: Programs,
    options: Options,
    start: tuple[int, int],
    send: Send,
    searchers: Opener | None = None,
) -> None:
    """List the programs, and explore them from this group and member on."""
    try:
        groups = programs()
    except CannotRunError as problem:
        send(("cannot", str(problem)))
        return
    except BaseException as problem:  # the import may raise any class of exception
        crash = f"{type(problem).__name__}: {problem}"
        send(("cannot", f"the program cannot be loaded: {crash}"))
        return
    send(("listed", [[(p.name, target_of(p)) for p in group] for group in groups]))
    note: Note = lambda line: send(("note", line))  # noqa: E731
    options = replace(
        options,
        tick=lambda schedules, seconds: send(("tick", schedules, seconds)),
    )
    try:
        with searchers(note) if searchers is not None else nullcontext() as team:
            explore_groups(programs, groups, options, start, team, send)
    except CannotRunError as problem:
        send(("cannot", str(problem)))


def explore_groups(
    programs: Programs,
    groups: Sequence[Sequence[Program]],
    options: Options,
    start: tuple[int, int],
    searchers: Searchers | None,
    send: Send,
) -> None:
    """Explore the programs from this group and member on."""
    found: Found = lambda symptom: send(("found", symptom))  # noqa: E731
    for number, group in enumerate(groups):
        for member, program in enumerate(group):
            if (number, member) < start:
                continue
            send(("begin",))
            elsewhere = None
            if searchers is not None:
                recipe = partial(member_of, programs, number, member)
                elsewhere = Elsewhere(searchers, recipe)
            answer = answer_for(program, options, found, elsewhere)
            send(("answer", answer))
            if isinstance(answer, Verdict) and answer.outcome == "broken":
                break


def member_of(programs: Programs, group: int, member: int) -> Program:
    """Make one of the programs; called in processes that share its search."""
    return programs()[group][member]


def answer_for(
    program: Program,
    options: Options,
    found: Found | None = None,
    elsewhere: Elsewhere | None = None,
) -> Verdict | Refusal:
    """Explore one program; return a refusal if that is not possible."""
    try:
        verdict = explore_program(program, options, found, elsewhere)
    except CannotRunError as problem:
        named = program.name in str(problem)
        reason = str(problem) if named else f"{program.name}: {problem}"
        return Refusal(scenario=program.name, reason=reason)
    except Exception as problem:  # a defect of the explorer
        crash = f"{type(problem).__name__}: {problem}"
        return Refusal(
            scenario=program.name,
            reason=f"{program.name}: the explorer itself failed: {crash}",
            traceback=traceback.format_exc(),
        )
    return replace(verdict, program=None, replayer=None)


def target_of(program: Program) -> str:
    """The name of a program on the command line."""
    with suppress(AttributeError):
        return str(program.target)  # type: ignore[attr-defined]
    return program.name
