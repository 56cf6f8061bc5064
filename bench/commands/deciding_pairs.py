"""The pair for which `decide` decides: one of the user's, or one of this project."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.commands import user_pairs
from bench.errors import CannotRunError
from bench.pairs import function_pairs
from bench.pairs.catalogue import PAIRS
from bench.records.library_parts import CONTROL, IDIOMATIC
from bench.records.user_pairs import UserPair
from bench.throughput.planning import ALONE


@dataclass(frozen=True)
class AskedPair:
    """A pair, and the measurements for its answer."""

    name: str
    threads: str  # the names of the two sides
    asyncio: str
    pairs: tuple[str, ...]  # the pair itself, and its control pair if it has one
    workers: tuple[int, ...] = ()  # numbers of workers to measure; (): the usual ones
    args: str = ""

    @property
    def at_once(self) -> int:
        """The number of workers for which the answer holds."""
        return max(self.workers, default=1)

    @property
    def told(self) -> dict[str, float | bool | str | None]:
        """The question, as it is recorded."""
        return {"pair": self.name, **({"args": self.args} if self.args else {})}


def asked(options: Mapping[str, Any]) -> AskedPair:
    """Return the pair that the options name; raises CannotRunError if there is none."""
    ours = [
        name
        for name, pair in PAIRS.items()
        if not isinstance(pair, function_pairs.FunctionPair)
    ]
    found = {one.name: one for one in user_pairs.register_found()}
    mine, name = user_pairs.named(options), options["pair"]
    if mine is not None:
        function_pairs.register((mine,))
    elif name in ours:
        return _of_ours(name, options["concurrency"])
    elif (mine := found.get(name)) is None:
        near = difflib.get_close_matches(name, (*found, *ours), n=1)
        yours = f"yours are {', '.join(found)}" if found else "you have named none"
        hint = (
            f"did you mean {near[0]}? Or" if near else f"{yours}; `list` shows all; or"
        )
        raise CannotRunError(
            f"there is no pair {name}; {hint} give --threads and --asyncio"
        )
    if options["concurrency"] is not None:
        raise CannotRunError(
            "--concurrency is for our own pairs; a pair of yours says itself how many"
            " it has at once"
        )
    return _of_own(mine)


def _of_own(mine: UserPair) -> AskedPair:
    return AskedPair(mine.name, mine.threads, mine.asyncio, (mine.name,), (), mine.args)


def _of_ours(name: str, concurrency: float | None) -> AskedPair:
    """Return the question for a pair of this project.

    If the pair has a control pair, both are also measured with one worker.  That shows
    the effect of the client library alone.
    """
    pair = PAIRS[name]
    at_once = int(concurrency or pair.usual.workers)
    is_controlled = name == IDIOMATIC
    workers = {ALONE, at_once} if is_controlled else {at_once}
    return AskedPair(
        name,
        f"{name} on threads",
        f"{name} on asyncio",
        pairs=(name, CONTROL) if is_controlled else (name,),
        workers=tuple(sorted(workers)),
    )
