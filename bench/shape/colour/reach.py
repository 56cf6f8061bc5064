"""What one event of a function reaches: functions, and library calls that block."""

from dataclasses import dataclass, replace

from bench.shape.tables.advice import instead
from bench.shape.tables.blocking import ENDS, WAITS, Known


@dataclass(frozen=True)
class Blocker:
    """A call of a library that blocks: its name, and what to do instead."""

    call: str
    instead: str
    kind: str = WAITS

    @property
    def stops_a_loop(self) -> bool:
        """Whether no other task can run during the call."""
        return self.kind != ENDS

    @property
    def forces_colour(self) -> bool:
        """Whether a port would await something instead of the call."""
        return self.kind in (WAITS, ENDS) and not self.call.startswith(
            ("asyncio.", "anyio.")
        )


@dataclass(frozen=True)
class Reach:
    """What one event reaches."""

    functions: frozenset[str] = frozenset()  # keys of functions whose source is read
    blocks: tuple[Blocker, ...] = ()  # calls of libraries
    unread: frozenset[str] = frozenset()  # calls of modules whose source is not read
    # keys of coroutine functions: the call makes a coroutine, and does not run it
    coroutines: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.functions or self.blocks or self.unread or self.coroutines)

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(
            self.functions | other.functions,
            (*self.blocks, *(b for b in other.blocks if b not in self.blocks)),
            self.unread | other.unread,
            self.coroutines | other.coroutines,
        )

    def without_blocks(self) -> "Reach":
        """The reach of the same call when it is awaited, so that it does not block."""
        # The call may be of one of several functions.  A plain function returns nothing
        # to await, so an awaited call can only be of one of the coroutine functions.
        if self.coroutines:
            return Reach(coroutines=self.coroutines)
        return replace(self, blocks=())


EMPTY = Reach()


def block_of(name: str, known: Known | None) -> Reach:
    if known is None:
        return EMPTY
    advice, kind = known
    shown = name.removeprefix("with ").removeprefix("for ... in ")
    return Reach(blocks=(Blocker(name, instead(advice, shown), kind),))
