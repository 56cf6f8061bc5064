"""The catalogue of pairs: how each is called, scaled, checked and broken.

This module imports only the standard library, and no pair.  The reason is that the
worker process that times a pair imports only this module and that pair.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from bench.errors import CannotRunError
from bench.pairs import fetch_options, wrong_outcomes
from bench.records.models import PACKAGES
from bench.records.workload import Workload

Options = Mapping[str, Any]
USUAL = Workload(workers=2, operations=0)


@dataclass(frozen=True)
class Pair:
    """One job written in every model, with what the harness needs to run it."""

    name: str  # threaded.NAME and asyncio_impl.NAME
    title: str  # one line: what the job is
    primitive: str
    state: str | None  # the class of the first argument of `run`, if any
    options: Callable[[Workload], Options]  # keyword arguments of `run`
    wrong: Callable[[Any, Options], str | None]  # why an outcome is wrong; None: right
    explored: tuple[Options, ...] = ()  # small workloads to explore, smallest first
    # how many of `explored` are explored on anyio, which has more schedules
    explored_on_anyio: int = 3
    counter_examples: tuple[str, ...] = ()  # modules in `broken/`
    # returns the seconds that count for an outcome; None: the duration of `run` counts
    seconds: Callable[[Any], float] | None = None
    cpu_seconds: Callable[[Any], float] | None = None  # the CPU seconds in that time
    # Called with the options and the CPU seconds of a run.  Returns the seconds that an
    # average worker of this run waits or computes.  The run cannot take less time, even
    # if no other program delays it.  None: this time is not known.
    least_seconds: Callable[[Options, float], float] | None = None
    # returns further measures of an outcome, by name
    measures: Callable[[Any], dict[str, float]] | None = None
    # true: the pair fetches URLs, and its `options` need `workload.origin`
    needs_origin: bool = False
    usual: Workload = USUAL  # measured if no other workload is given
    # the least operations of a run; with fewer, most of a run is its start and its end
    least_operations: int = 10
    # the least operations per worker; with fewer, workers that start late get no work
    least_each: int = 2
    # how many short windows a calibration makes before it increases the operations
    tries: int = 1
    state_takes: tuple[str, ...] = ()  # options passed to the state, not to `run`
    loads_later: tuple[str, ...] = ()  # modules of a model that only `run` imports

    def module(self, model: str) -> str:
        """Return the dotted name of this pair's file in a model."""
        return f"{PACKAGES[model]}.{self.name}"

    def modules(self, model: str) -> tuple[str, ...]:
        """Return the modules that a run in a model imports, the pair's own first."""
        later = (f"{PACKAGES[model]}.{name}" for name in self.loads_later)
        return (self.module(model), *later)

    def source_file(self, model: str) -> Path | None:
        """Return the file of this pair in a model; None for the examples."""
        return None

    def load(self, model: str) -> Any:
        """Return the object whose `run` is called; imports the pair's module."""
        return import_module(self.module(model))

    def told(self) -> dict[str, Any]:
        """Return what a worker needs besides the name to know this pair."""
        return {}

    def summary(self, outcome: Any) -> dict[str, Any]:
        """Return the part of an outcome that the controller compares across models."""
        return {}

    def noticed(self, outcome: Any) -> str | None:
        """Return what readers should know of a right outcome; None: nothing."""
        return None

    def disagreement(
        self, results: Sequence[Mapping[str, Any]], model: str = "", version: str = ""
    ) -> str | None:
        """Say why the outcomes of both sides differ; None: they are equal.

        If a version is given, both sides are of one model: the first at that version,
        the second as it is now.
        """
        return None

    def arguments(
        self, module: object, options: Options
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments of `module.run`: a new state, if any, and options."""
        if self.state is None:
            return (), dict(options)
        made_of = {name: options[name] for name in self.state_takes if name in options}
        rest = {name: options[name] for name in options if name not in made_of}
        return (getattr(module, self.state)(**made_of),), rest


def shared_by(
    workers: str, capacity: Callable[[Workload], int] | None = None
) -> Callable[[Workload], Options]:
    """Make `options` of a pair; `workers` is the option for the number of workers."""

    def options(workload: Workload) -> Options:
        shared = {
            "count": workload.operations,
            workers: workload.workers,
            "pause": workload.wait_seconds,
        }
        return {**shared, "capacity": capacity(workload)} if capacity else shared

    return options


PAIRS = {
    pair.name: pair
    for pair in (
        Pair(
            name="candy_machine",
            title="a vendor and a buyer at a tray with room for a few bars",
            primitive="BoundedSemaphore",
            state="CandyMachine",
            state_takes=("capacity",),
            options=shared_by("people", lambda workload: workload.capacity or 5),
            wrong=wrong_outcomes.miscounted_or_torn,
            explored=(
                {"count": 2, "people": 2, "capacity": 1},
                {"count": 4, "people": 2, "capacity": 1},
                {"count": 3, "people": 3, "capacity": 1},
            ),
            explored_on_anyio=2,
            counter_examples=(
                "candy_machine",
                "candy_machine_bare_counter",
                "candy_machine_lost_update",
                "candy_machine_logs_in_the_lock",
                "candy_machine_waits",
            ),
        ),
        Pair(
            name="condition",
            title="consumers sleep until there is something to take",
            primitive="Condition",
            state="Basket",
            options=shared_by("consumers"),
            wrong=wrong_outcomes.lost_or_doubled,
            explored=(
                {"count": 1, "consumers": 1},
                {"count": 3, "consumers": 1, "pause": 1.0},
                {"count": 1, "consumers": 2, "pause": 1.0},
                {"count": 2, "consumers": 2, "pause": 1.0},
            ),
            explored_on_anyio=2,
            counter_examples=(
                "condition",
                "condition_newest_first",
                "condition_never_ends",
                "condition_waits_before_looking",
                "condition_without_its_lock",
            ),
        ),
        Pair(
            name="event",
            title="an event wakes every consumer, and each reads what is there",
            primitive="Event",
            state="Mailbox",
            options=shared_by("consumers"),
            wrong=wrong_outcomes.lost_or_doubled,
            explored=(
                {"count": 1, "consumers": 1},
                {"count": 2, "consumers": 1, "pause": 1.0},
                {"count": 1, "consumers": 2, "pause": 1.0},
            ),
            explored_on_anyio=2,
            counter_examples=(
                "event",
                "event_trusted",
                "event_cleared_late",
                "event_newest_first",
                "event_never_ends",
            ),
        ),
        Pair(
            name="bounded_queue",
            title="a queue does the locking, the waiting and the counting",
            primitive="Queue",
            state="Belt",
            state_takes=("capacity",),
            options=shared_by("consumers", lambda workload: workload.capacity or 0),
            usual=Workload(operations=0, capacity=1),
            wrong=wrong_outcomes.lost_or_doubled,
            explored=(
                {"count": 1, "consumers": 1, "capacity": 1},
                {"count": 3, "consumers": 1, "capacity": 2},
                {"count": 2, "consumers": 2, "capacity": 1},
            ),
            explored_on_anyio=2,
            counter_examples=(
                "bounded_queue",
                "bounded_queue_done_twice",
                "bounded_queue_not_joined",
                "bounded_queue_unbounded",
                "bounded_queue_never_ends",
            ),
        ),
        Pair(
            name="lock",
            title="a lock keeps reading and writing a balance together",
            primitive="Lock",
            state="Account",
            options=shared_by("tellers"),
            wrong=wrong_outcomes.lost_deposit,
            explored=(
                {"count": 2, "tellers": 2},
                {"count": 4, "tellers": 2},
                {"count": 2, "tellers": 2, "pause": 1.0},
            ),
            counter_examples=("lock", "lock_left_held"),
        ),
        Pair(
            name="rlock",
            title="a lock lets its owner in again, so that locked methods combine",
            primitive="RLock",
            state="Bank",
            options=shared_by("tellers"),
            wrong=wrong_outcomes.lost_transfer,
            explored=(
                {"count": 2, "tellers": 2},
                {"count": 2, "tellers": 2, "pause": 1.0},
            ),
            counter_examples=("rlock", "rlock_left_once"),
        ),
        Pair(
            name="semaphore",
            title="a server with room for so many clients at a time",
            primitive="Semaphore",
            state="Server",
            state_takes=("capacity",),
            options=shared_by(
                "clients", lambda workload: workload.capacity or workload.workers
            ),
            usual=Workload(operations=0, capacity=1),
            wrong=wrong_outcomes.overcrowded,
            explored=(
                {"count": 2, "clients": 2, "capacity": 1},
                {"count": 2, "clients": 2, "capacity": 1, "pause": 1.0},
                {"count": 3, "clients": 3, "capacity": 2},
            ),
            explored_on_anyio=2,
            counter_examples=(
                "semaphore",
                "semaphore_left_twice",
                "semaphore_place_lost",
            ),
        ),
        *(
            Pair(
                name=name,
                title=title,
                primitive="Queue, Lock",
                state="Fetch",
                options=fetch_options.options,
                wrong=fetch_options.unfetched,
                needs_origin=True,
                usual=Workload(workers=8, operations=0),
                least_operations=80,
                counter_examples=counter_examples,
                loads_later=loads_later,
            )
            for name, title, loads_later, counter_examples in (
                (
                    "url_fetch",
                    "a list of URLs into one file: urllib3 against aiohttp",
                    ("connections.library",),
                    (
                        "url_fetch",
                        "url_fetch_last_first",
                        "url_fetch_lock_left_held",
                        "url_fetch_lock_while_reading",
                        "url_fetch_stale_answer",
                        "url_fetch_whole_body",
                    ),
                ),
                (
                    "lean_fetch",
                    "the same job on the same parser in both models",
                    (),
                    (),
                ),
            )
        ),
    )
}


def select(names: Iterable[str]) -> list[Pair]:
    """Return the pairs of these names, in the given order; without names, all pairs.

    Raises CannotRunError if a name is not in the catalogue.
    """
    names = list(dict.fromkeys(names))
    for name in names:
        if name not in PAIRS:
            near = difflib.get_close_matches(name, PAIRS, n=1)
            hint = (
                f"did you mean {near[0]}?" if near else f"there are {', '.join(PAIRS)}"
            )
            raise CannotRunError(f"there is no pair {name!r}; {hint}")
    return [PAIRS[name] for name in names] if names else list(PAIRS.values())
