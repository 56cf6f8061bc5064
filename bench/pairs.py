"""The catalogue of pairs: how each is called, scaled, checked and broken.

Standard library only and nothing imported before it is needed, because the
worker process that times a pair imports this module and the pair, no more.
"""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from bench.errors import CannotRunError
from bench.workload import Workload

Options = Mapping[str, Any]
PACKAGES = {
    "threads": "threaded",
    "asyncio": "asyncio_impl",
    "anyio": "asyncio_impl.on_anyio",
}


@dataclass(frozen=True)
class Pair:
    """One job written twice, and what the harness must know about it."""

    name: str  # threaded.NAME and asyncio_impl.NAME
    title: str  # one line: what the job is
    primitive: str
    state: str | None  # the class whose instance `run` takes first, if any
    options: Callable[[Workload], Options]  # keyword arguments of `run`
    wrong: Callable[[Any, Options], str | None]  # why an outcome is wrong, or None
    explored: tuple[Options, ...] = ()  # workloads small enough to be exhausted
    counter_examples: tuple[str, ...] = ()  # modules in `broken/`
    seconds: Callable[[Any], float] | None = None  # of an outcome; None: all of `run`
    measures: Callable[[Any], dict[str, float]] | None = None  # of an outcome
    needs_origin: bool = False  # `options` then reads `workload.origin`
    state_takes: tuple[str, ...] = ()  # the options that make the state, not `run`

    def module(self, model: str) -> str:
        """The dotted name of this pair's file in a model."""
        return f"{PACKAGES[model]}.{self.name}"

    def arguments(
        self, module: object, options: Options
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What `module.run` is called with: a fresh state, if any, and the options."""
        if self.state is None:
            return (), dict(options)
        made_of = {name: options[name] for name in self.state_takes if name in options}
        rest = {name: options[name] for name in options if name not in made_of}
        return (getattr(module, self.state)(**made_of),), rest


def lost_or_doubled(taken: list[list[int]], options: Options) -> str | None:
    """Say which integers below `count` did not go to exactly one consumer, in order."""
    got, wanted = sorted(chain.from_iterable(taken)), list(range(options["count"]))
    if got != wanted:
        return f"{len(got)} integers taken of {len(wanted)} put, or not the same ones"
    if any(share != sorted(share) for share in taken):
        return "a consumer took integers out of order"
    return None


PAIRS = {
    pair.name: pair
    for pair in (
        Pair(
            name="condition",
            title="consumers sleep until there is something to take",
            primitive="Condition",
            state="Basket",
            options=lambda workload: {
                "count": workload.operations,
                "consumers": workload.workers,
            },
            wrong=lost_or_doubled,
            explored=({"count": 2, "consumers": 2},),
            counter_examples=("condition",),
        ),
    )
}


def select(names: Iterable[str]) -> list[Pair]:
    """Return the pairs of these names, in the order asked; all of them for none.

    Raises CannotRunError for a name that is not in the catalogue.
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
