"""Notes at the lines of a pair that matter, from what was found out about its shape."""

from collections import defaultdict

from bench.records.shapes import Coloured, ShapeComparison, SharedAttribute

Notes = dict[int, list[str]]  # by line number


def of_threads(shape: ShapeComparison) -> Notes:
    """What porting does to a line of the threaded file, and why."""
    notes: Notes = defaultdict(list)
    for one in shape.coloured:
        if one.file in ("", shape.threads_file):
            notes[one.line].append(_forced(one))
    for attribute in shape.threads.shared:
        _guarding(attribute, notes)
    return notes


def of_asyncio(shape: ShapeComparison) -> Notes:
    """What may hold up the loop at a line of the asyncio file."""
    notes: Notes = defaultdict(list)
    for call in shape.asyncio.blocking:
        notes[call.line].append(
            f"{call.call} stops every task while it waits: {call.instead}"
        )
    stretch = shape.asyncio.longest_stretch
    if stretch and stretch.loops:
        notes[stretch.first_line].append(
            f"In {stretch.function} no other task runs while this goes round."
        )
    for attribute in shape.asyncio.shared:
        _guarding(attribute, notes)
    return notes


def _forced(one: Coloured) -> str:
    """Why a function had to become a coroutine."""
    *through, waits = one.chain
    chain = waits.removeprefix("with ")
    if through:
        chain += f", through {' and '.join(through)}"
    cannot = f" It cannot simply be awaited: {one.obstacle}." if one.obstacle else ""
    return f"{one.function} must become async, for it waits on {chain}.{cannot}"


def _guarding(attribute: SharedAttribute, notes: Notes) -> None:
    """Say where shared state is written, under what, and where under nothing."""
    name = f"{attribute.owner}.{attribute.name}" if attribute.owner else attribute.name
    if attribute.guarded_lines:
        first = min(attribute.guarded_lines)
        guards = " or ".join(attribute.guards)
        notes[first].append(f"{name} is shared, and written here under {guards}.")
    for line in attribute.unguarded_lines:
        notes[line].append(f"{name} is shared, and written here under no lock.")
