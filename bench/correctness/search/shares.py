"""A share of a search: what a process elsewhere is told, and what it reports.

Everything in it is plain data in words, see `serialization`.
"""

import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from bench.correctness.engine.kernel import kernel
from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Options
from bench.correctness.search.forked_processes import Words as FailureInWords
from bench.correctness.search.frontier import Footprint, Place, Request
from bench.correctness.search.serialization import (
    Places,
    Words,
    from_words,
    in_words,
    name_of_number,
)
from bench.correctness.search.tally import Tally
from bench.correctness.search.tree import Node

RECALL = "recall"  # sent in place of a share: report the one that is being searched


@dataclass(frozen=True, kw_only=True)
class ProgramSpec:
    """What is explored: all that a process elsewhere needs to begin.

    recipe: makes the program there; it can be pickled.
    folder, path: the working directory and the import path, which must exist there.
    files: those of the program, by their paths; they must be the same there.
    """

    name: str
    recipe: Callable[[], Program]
    options: Options
    folder: str
    path: tuple[str, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of a tree: the path to it, of which `owned_from` on are its own nodes."""

    points: tuple[Words, ...]
    path: tuple[Place, ...]
    owned_from: int
    seconds: float  # after which what is left is reported


@dataclass(frozen=True, kw_only=True)
class ShareReport:
    """The results of a share, and what is left of it.

    places: the nodes of its own that are left; the first `kept` are those it was given.
    discovered: scheduling points; if there are any, the search must begin again.
    refused: why the program cannot be explored after all.
    lost: how the process that searched it ended, before it was done.
    alone: something in it has no meaning elsewhere: one process must search all.
    """

    tally: Tally = field(default_factory=Tally)
    runs: int = 0
    long: int = 0
    complete: bool = True
    skipped: bool = False
    places: tuple[Place, ...] = ()
    kept: int = 0
    requests: tuple[Request, ...] = ()
    discovered: tuple[Words, ...] = ()
    failing: FailureInWords | None = None
    refused: str | None = None
    lost: str | None = None
    alone: bool = False


class Searchers(Protocol):
    """Processes elsewhere that search shares."""

    def begin(self, spec: ProgramSpec) -> None:
        """Have them load the program.  Raises CannotRunError where one cannot."""
        ...

    @property
    def slots(self) -> int:
        """How many shares they can search at a time, now."""
        ...

    @property
    def lack(self) -> str:
        """Why there is none, in words."""
        ...

    def search(self, number: int, share: Share) -> None:
        """Have a share searched."""
        ...

    def recall(self, number: int) -> None:
        """Have a share that is being searched reported now, with what is left of it."""
        ...

    def reports(self, seconds: float) -> list[tuple[int, ShareReport | None]]:
        """The reports that have come, by number; None for one that is lost.

        Waits until there is one, or so many seconds.
        """
        ...

    def drop(self) -> None:
        """Forget the shares that are being searched."""
        ...

    def tell(self, line: str, /) -> object:
        """Tell the user something about the search."""
        ...


class Encoder:
    """Nodes of this process in words; what many nodes share is put so only once."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Any, Footprint]] = {}
        self.texts: dict[Footprint, Footprint] = {}

    def place(self, node: Node, made: Any) -> Place:
        """`made`: what the chosen transition accessed; None if it has not run.

        Raises NotSerializableError.
        """
        name = name_of_number
        return Place(
            enabled=[name(number) for number in node.enabled],
            chosen=name(node.chosen),
            backtrack={name(number) for number in node.backtrack},
            sleep={name(n): self.footprint(one) for n, one in node.sleep.items()},
            done={name(n): self.footprint(one) for n, one in node.done.items()},
            used=node.used,
            made=None if made is None else self.footprint(made),
        )

    def footprint(self, accesses: list[Any]) -> Footprint:
        known = self.known.get(id(accesses))
        if known is None:
            words = [in_words(access, name_of_number) for access in accesses]
            text = pickle.dumps(words)
            known = accesses, self.texts.setdefault(text, text)
            self.known[id(accesses)] = known
        return known[1]


class Decoder:
    """Nodes in words as nodes of this process."""

    def __init__(self) -> None:
        self.known: dict[Footprint, list[Any]] = {}

    def node(self, place: Place) -> Node:
        number = kernel.number
        sleep = {number(w): self.accesses(one) for w, one in place.sleep.items()}
        done = {number(w): self.accesses(one) for w, one in place.done.items()}
        backtrack = set(map(number, place.backtrack))
        chosen = number(place.chosen)
        return Node(
            enabled=list(map(number, place.enabled)),
            chosen=chosen,
            backtrack=backtrack,
            settled={chosen, *backtrack, *sleep, *done},
            sleep=sleep,
            done=done,
            used=place.used,
            delegated=place.below,
        )

    def accesses(self, text: Footprint) -> list[Any]:
        found = self.known.get(text)
        if found is None:
            found = [from_words(words) for words in pickle.loads(text)]
            self.known[text] = found
        return found


def path_in_words(nodes: Iterable[Node], made: Callable[[int], Any]) -> list[Place]:
    """A path of this process in words; `made` tells what each choice accessed."""
    encoder = Encoder()
    return [encoder.place(node, made(depth)) for depth, node in enumerate(nodes)]


SITE_PLACES = Places()  # of this process
