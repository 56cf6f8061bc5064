"""The parts of a tree that are still to be searched by processes elsewhere: data only.

A part is a path of nodes from the root.  The part owns the nodes at the end of this
path, from a certain node on.  One process at a time searches a part: everything below
the path, and the other choices of the owned nodes.  A part can be split into two.

A search may have to add a worker to the backtrack set of a node that lies above the
nodes of its part.  It then sends a request to the part that owns the node.  A part ends
when its own nodes have no choice left, and all parts below these nodes have ended.  So
the schedules are the same as those of one process.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from msgspec import Struct, structs

Footprint = bytes  # the accesses of a transition; only the searching processes read it
Request = tuple[int, tuple[str, ...]]  # choose one of these workers at that depth


class Place(Struct, eq=False):
    """A node of the tree (`tree.Node`), in which workers are identified by their names.

    made: the accesses of the chosen worker's transition; None if it has not run.
    below: how many parts begin below this node.
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
        """Whether another choice is left besides the present one."""
        return not self.backtrack <= {*self.done, *self.sleep, self.chosen}

    def request(self, workers: Sequence[str]) -> None:
        """Let one of these workers be chosen here, unless one is already settled."""
        settled = {self.chosen, *self.sleep, *self.done, *self.backtrack}
        if settled.isdisjoint(workers):
            for worker in workers:
                if worker in self.enabled:
                    self.backtrack.add(worker)
                    return


@dataclass(eq=False)
class Part:
    """A part of the tree.

    above: the nodes before its own nodes, each with the choice on the part's path.
    places: its own nodes.
    ready: whether the last choice of its path has not run yet.
    lost: how often in a row the part was given away and no report arrived.
    """

    above: list[tuple[Place, str]]
    places: list[Place]
    ready: bool = True
    at_work: bool = False
    lost: int = 0
    inbox: list[Request] = field(default_factory=list)  # requests while it is at work

    def path(self) -> list[Place]:
        """All nodes from the root, with the choices that lead to the part's end."""
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
        """The depth of the first own node with another choice; None if there is none.

        The last node is left out, because the accesses of its choice may not be known
        yet.
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
        self.owners: dict[int, Part] = {}  # by the id of a place, which is kept alive
        self.own(whole)
        self.next_number = 1

    def own(self, part: Part) -> None:
        for place in part.places:
            self.owners[id(place)] = part

    @property
    def at_work(self) -> int:
        """How many parts are searched elsewhere now."""
        return sum(part.at_work for part in self.parts.values())

    def spread(self, count: int) -> None:
        """Split parts until `count` parts are ready, or no part can be split.

        A part that is at work cannot be split.  So parts are split before they are
        given away.
        """
        for _ in range(count - sum(self.is_free(one) for one in self.parts.values())):
            if not self.split():
                return

    @staticmethod
    def is_free(part: Part) -> bool:
        return part.ready and not part.at_work

    def take(self) -> tuple[int, Part] | None:
        """Mark a ready part as given away; return its number and the part, or None."""
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
        """Take back a part that was given away and not reported."""
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
        """Process the report of a part: replace its nodes by the nodes that are left.

        The first `kept` of `places` are nodes that the part had when it was given away.
        The search of the part has added the rest of `places`.  Each request goes to the
        part that owns the node of the request.
        """
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
        """Process the requests that came while the part was at work.

        After that, the part backtracks if the last choice of its path has run.  The
        part ends if none of its own nodes is left.
        """
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
