"""What is left to search of a tree whose parts are searched elsewhere: data only.

A part is a path of nodes, and owns those at its end: what is below them, and their
other choices, are searched by whoever has the part.  A part that can be split becomes
two.  Where a search would add to the backtrack set of a node above those it owns, it
requests that of the part that owns it.  A part ends when its nodes have no choice left
and all parts below them have ended.  So the schedules are those of one process.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct, structs

Footprint = bytes  # what a transition accessed, in words that only workers read
Request = tuple[int, tuple[str, ...]]  # choose one of these workers at that depth


class Place(Struct, eq=False):
    """A node of the tree (`tree.Node`), with workers known by their names.

    made: what the chosen worker's transition accessed; None if it has not run.
    below: how many parts hang on it.
    """

    enabled: list[str]
    chosen: str
    backtrack: set[str]
    sleep: dict[str, Footprint]
    done: dict[str, Footprint]
    used: int = 0
    made: Footprint | None = None
    below: int = 0

    def pending(self) -> bool:
        """Whether there is more to choose here than what is chosen now."""
        return not self.backtrack <= {*self.done, *self.sleep, self.chosen}

    def request(self, workers: Sequence[str]) -> None:
        """Have one of these chosen here, unless one is or need not be."""
        settled = {self.chosen, *self.sleep, *self.done, *self.backtrack}
        if settled.isdisjoint(workers):
            for worker in workers:
                if worker in self.enabled:
                    self.backtrack.add(worker)
                    return


@dataclass(eq=False)
class Part:
    """A part of the tree.

    above: the nodes before those it owns, each with the choice that leads here.
    places: the nodes it owns.
    ready: the last choice of its path has not run.
    lost: how often in a row it was given away and not reported.
    """

    above: list[tuple[Place, str]]
    places: list[Place]
    ready: bool = True
    at_work: bool = False
    lost: int = 0
    inbox: list[Request] = field(default_factory=list)  # while it is at work

    def path(self) -> list[Place]:
        """All nodes from the root, with the choices that lead to its end."""
        return [structs.replace(p, chosen=chosen) for p, chosen in self.above] + [
            *self.places
        ]

    def advance(self) -> None:
        """Backtrack to the deepest node with a choice left, as `Tree.advance` does."""
        self.ready = False
        while self.places:
            place = self.places[-1]
            if len(place.enabled) > 1:
                assert place.made is not None, "the choice has run"
                place.done[place.chosen] = place.made
                place.backtrack.difference_update(place.done, place.sleep)
                if place.backtrack:
                    place.chosen, place.made = min(place.backtrack), None
                    self.ready = True
                    return
                if place.below:
                    return
            self.places.pop()

    def depth_to_split(self) -> int | None:
        """The depth of the node nearest to the root with another choice left.

        The last one is not split: what its choice accesses is not known yet.
        """
        for index, place in enumerate(self.places[:-1]):
            if place.pending():
                return len(self.above) + index
        return None


class Frontier:
    """The parts of a tree that have not ended."""

    def __init__(self, places: list[Place]) -> None:
        """Begin with one path, whose last choice has not run."""
        whole = Part([], places)
        self.parts: dict[int, Part] = {0: whole}
        self.owners: dict[int, Part] = {}  # by the id of a place, which is kept
        self.own(whole)
        self.next_number = 1

    def own(self, part: Part) -> None:
        for place in part.places:
            self.owners[id(place)] = part

    @property
    def at_work(self) -> int:
        """How many parts are given away."""
        return sum(part.at_work for part in self.parts.values())

    def spread(self, count: int) -> None:
        """Split parts until so many are ready, or none can be split.

        A part that is at work cannot be split: it is done before parts are given away.
        """
        for _ in range(count - sum(self.is_free(one) for one in self.parts.values())):
            if not self.split():
                return

    @staticmethod
    def is_free(part: Part) -> bool:
        return part.ready and not part.at_work

    def take(self) -> tuple[int, Part] | None:
        """Give away a part that is ready."""
        found = self.first_ready()
        if found is not None:
            found[1].at_work = True
        return found

    def first_ready(self) -> tuple[int, Part] | None:
        for number, part in self.parts.items():
            if self.is_free(part):
                return number, part
        return None

    def split(self) -> bool:
        """Split the part that can be split nearest to the root; False if none can."""
        found = [
            (depth, part)
            for part in self.parts.values()
            if not part.at_work and (depth := part.depth_to_split()) is not None
        ]
        if not found:
            return False
        depth, upper = min(found, key=lambda one: one[0])
        cut = depth + 1 - len(upper.above)
        mine, theirs = upper.places[:cut], upper.places[cut:]
        lower = Part(
            above=[*upper.above, *((place, place.chosen) for place in mine)],
            places=theirs,
            ready=upper.ready,
        )
        mine[-1].below += 1
        upper.places = mine
        self.own(lower)
        self.parts[self.next_number] = lower
        self.next_number += 1
        upper.advance()
        return True

    def lose(self, number: int) -> Part:
        """A part was given away in vain: it is as it was."""
        part = self.parts[number]
        part.at_work = False
        part.lost += 1
        self.settle(part)
        return part

    def receive(
        self,
        number: int,
        places: Sequence[Place],
        kept: int,
        requests: Iterable[Request],
    ) -> None:
        """Take in what was left of a part: its nodes, the first `kept` as before."""
        part = self.parts[number]
        part.at_work, part.lost = False, 0
        for mine, theirs in zip(part.places[:kept], places[:kept], strict=True):
            mine.chosen, mine.made = theirs.chosen, theirs.made
            mine.backtrack, mine.done = theirs.backtrack, theirs.done
        for place in part.places[kept:]:
            assert not place.below, "a node with parts below it was left"
            del self.owners[id(place)]
        part.places = [*part.places[:kept], *places[kept:]]
        self.own(part)
        part.ready = bool(part.places) and part.places[-1].made is None
        for depth, workers in requests:
            place = part.above[depth][0]
            owner = self.owners[id(place)]
            if owner.at_work:
                owner.inbox.append((depth, workers))
            else:
                place.request(workers)
                self.settle(owner)
        self.settle(part)

    def settle(self, part: Part) -> None:
        """Hear the requests that came meanwhile; go on, or end, where that is due."""
        if part.at_work:
            return
        for depth, workers in part.inbox:
            part.places[depth - len(part.above)].request(workers)
        part.inbox.clear()
        if part.ready:
            return
        before = list(part.places)
        part.advance()
        for place in before[len(part.places) :]:
            del self.owners[id(place)]
        if not part.places:
            self.end(part)

    def end(self, part: Part) -> None:
        number = next(n for n, one in self.parts.items() if one is part)
        del self.parts[number]
        if part.above:
            place = part.above[-1][0]
            place.below -= 1
            self.settle(self.owners[id(place)])
