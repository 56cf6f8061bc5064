"""How to explore: the options of a search, checked when they are made."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

Search = Literal["dpor", "brute", "random", "pct"]
Order = Literal["any", "fifo"]
Timers = Literal["any", "idle"]
Carrier = Literal["greenlet", "threads"]
Tick = Callable[[int, float], object]  # schedules and seconds so far
# Called with the symptom of the first failure, before the failure is explained.  Called
# with None if that failure turns out not to count.
Found = Callable[[str | None], object]


@dataclass(frozen=True, kw_only=True)
class Options:
    """How to explore.  Raises ValueError or TypeError for a value with no meaning.

    search: which schedules to run: "dpor", one of each equivalence class; "brute",
        every interleaving; "random", drawn at random; "pct", by random priorities.
    order: the order of the ready tasks of an event loop: "any", or "fifo" as in
        asyncio's own loop.
    timers: when a timer fires.  Timers always fire in the order of their deadlines.
        With "any", the next timer may fire before or after any step of the workers, as
        on a busy machine.  With "idle", a timer fires only if nothing else can run.
    preemptions: run only schedules with at most this many preemptions; None: no bound.
    limit_schedules: stop after this many schedules; None for no limit.
    limit_seconds: stop after this many seconds; None for no limit.
    seed: for the random searches, and for the draws of the program: random numbers,
        random ids, the time of day at which a run begins.
    draws: how many seeds of the program's draws are explored, from `seed` on.
    carrier: what runs a worker: "greenlet", or "threads", which suit a debugger.
    jobs: how many processes share a long search; None for one on each core.
    keep_going: continue after a failure, so that the outcome table is complete.
    independent: the workers share nothing on purpose.  Without this option, a search
        that saw nothing shared is no proof: the explorer may not see what they share.
    only: the installed packages to look into; None for all except very large ones.
    skip: packages to take as one step; they may be packages of the program itself.
    tick: called from time to time with the schedules and seconds so far.
    """

    search: Search = "dpor"
    order: Order = "any"
    timers: Timers = "any"
    preemptions: int | None = None
    limit_schedules: int | None = None
    limit_seconds: float | None = 60.0
    seed: int = 0
    draws: int = 1
    carrier: Carrier = "greenlet"
    jobs: int | None = None
    keep_going: bool = False
    independent: bool = False
    only: tuple[str, ...] | None = None
    skip: tuple[str, ...] = ()
    tick: Tick | None = None

    def __post_init__(self) -> None:
        check_choice("search", self.search, get_args(Search))
        check_choice("order", self.order, get_args(Order))
        check_choice("timers", self.timers, get_args(Timers))
        check_choice("carrier", self.carrier, get_args(Carrier))
        check_number("preemptions", self.preemptions, int, "at least 0", 0)
        check_number("limit_schedules", self.limit_schedules, int, "at least 1", 1)
        check_number("limit_seconds", self.limit_seconds, float, "more than 0")
        check_number("jobs", self.jobs, int, "at least 1", 1)
        check_number("draws", self.draws, int, "at least 1", 1)
        if self.draws is None:
            raise TypeError("draws must be a whole number, got None")
        if type(self.seed) is not int:
            raise TypeError(f"seed must be a whole number, got {self.seed!r}")
        for name in ("keep_going", "independent"):
            value = getattr(self, name)
            if type(value) is not bool:
                raise TypeError(f"{name} must be True or False, got {value!r}")
        check_names("only", self.only or ())
        check_names("skip", self.skip)
        if self.tick is not None and not callable(self.tick):
            raise TypeError(f"tick must be callable or None, got {self.tick!r}")


def check_choice(name: str, value: Any, choices: tuple[str, ...]) -> None:
    """Raise ValueError, with the choices, for a word that is not among them."""
    if value not in choices:
        words = ", ".join(map(repr, choices[:-1]))
        raise ValueError(f"{name} must be {words} or {choices[-1]!r}, got {value!r}")


def check_names(name: str, value: Any) -> None:
    """Raise TypeError for a value that is not a tuple of names."""
    if not isinstance(value, tuple) or not all(isinstance(one, str) for one in value):
        raise TypeError(f"{name} must be a tuple of names of packages, got {value!r}")


def check_number(
    name: str, value: Any, kind: type, range_words: str, least: int | None = None
) -> None:
    """Raise TypeError for a wrong type, ValueError for a number out of range.

    `least`: the smallest value that is allowed; None: the value must be more than 0.
    """
    if value is None:
        return
    whole = kind is int
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        number = "a whole number" if whole else "a number"
        raise TypeError(f"{name} must be {number} or None, got {value!r}")
    if not (value > 0 if least is None else value >= least):
        raise ValueError(f"{name} must be {range_words}, got {value!r}")
