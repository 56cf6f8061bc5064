"""A share of a search: what a process elsewhere gets, and what the process reports.

Scheduling points and nodes are in words: a form in which they have the same meaning in
each process, see `serialization`.
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

RECALL = "recall"  # sent in place of a share: the process must report its share now


@dataclass(frozen=True, kw_only=True)
class ProgramSpec:
    """All that a process elsewhere needs to begin to explore a program.

    recipe: makes the program there; it can be pickled.
    folder, path: the working directory and the import path, which must exist there.
    files: the paths of the program's files, which must be the same there.
    """

    name: str
    recipe: Callable[[], Program]
    options: Options
    folder: str
    path: tuple[str, ...]
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of a tree, as a path.  The part owns the nodes from `owned_from` on."""

    points: tuple[Words, ...]
    path: tuple[Place, ...]
    owned_from: int
    seconds: float  # after this time, the process reports what is left


@dataclass(frozen=True, kw_only=True)
class ShareReport:
    """The results of a share, and what is left of it.

    places: its own nodes that are left.  The share had the first `kept` of them when
        it was sent; the search added the others.
    discovered: scheduling points; if there are any, the search must begin again.
    refused: why the program cannot be explored.
    lost: how the process ended, if it ended before the share was done.
    alone: whether the report needs a value that cannot be sent to another process
        (`NotSerializableError`).  Then the process that receives this report must
        search the whole tree itself.
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
        """Let the processes load the program.  If one cannot, raises CannotRunError."""
        ...

    @property
    def slots(self) -> int:
        """How many shares the processes can search at the same time now."""
        ...

    @property
    def lack(self) -> str:
        """If there are no such processes: the reason, as a text for the user."""
        ...

    def search(self, number: int, share: Share) -> None:
        """Let a share be searched."""
        ...

    def recall(self, number: int) -> None:
        """Recall a share: its process must report it now, with what is left."""
        ...

    def reports(self, seconds: float) -> list[tuple[int, ShareReport | None]]:
        """The reports that have arrived, by number; None for a share that is lost.

        Waits until there is a report, but at most this many seconds.
        """
        ...

    def drop(self) -> None:
        """Forget the shares that are being searched."""
        ...

    def tell(self, line: str, /) -> object:
        """Show the user a line about the search."""
        ...


class Encoder:
    """Puts nodes of this process into words; stores equal data of many nodes once."""

    def __init__(self) -> None:
        self.known: dict[int, tuple[Any, Footprint]] = {}
        self.texts: dict[Footprint, Footprint] = {}

    def place(self, node: Node, made: Any) -> Place:
        """Put a node into words.  Raises NotSerializableError.

        `made`: the accesses of the chosen transition; None if it has not run.
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
    """Makes nodes of this process from nodes in words."""

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
    """A path of this process in words; `made` returns the accesses of each choice."""
    encoder = Encoder()
    return [encoder.place(node, made(depth)) for depth, node in enumerate(nodes)]


SITE_PLACES = Places()  # the sites of this process
