"""Notes at lines of a pair, from the analysis of its shape."""

from collections import defaultdict

from bench.records.shapes import Coloured, ShapeComparison, SharedAttribute

Notes = dict[int, list[str]]  # line number -> notes


def of_threads(shape: ShapeComparison) -> Notes:
    """Notes on the threaded file: what porting changes at a line, and why."""
    notes: Notes = defaultdict(list)
    for one in shape.coloured:
        if one.file in ("", shape.threads_file):
            notes[one.line].append(_forced(one))
    for attribute in shape.threads.shared:
        _guarding(attribute, notes)
    return notes


def of_asyncio(shape: ShapeComparison) -> Notes:
    """Notes on the asyncio file: what may block the loop at a line."""
    notes: Notes = defaultdict(list)
    for call in shape.asyncio.blocking:
        notes[call.line].append(
            f"{call.call} blocks every task while it waits: {call.instead}"
        )
    stretch = shape.asyncio.longest_stretch
    if stretch and stretch.loops:
        notes[stretch.first_line].append(
            f"In {stretch.function} no other task runs during this loop."
        )
    for attribute in shape.asyncio.shared:
        _guarding(attribute, notes)
    return notes


def _forced(one: Coloured) -> str:
    """Why a function must become a coroutine function."""
    *through, waits = one.chain
    chain = waits.removeprefix("with ")
    if through:
        chain += f", through {' and '.join(through)}"
    cannot = f" It cannot simply be awaited: {one.obstacle}." if one.obstacle else ""
    return f"{one.function} must become async: it waits on {chain}.{cannot}"


def _guarding(attribute: SharedAttribute, notes: Notes) -> None:
    """Add notes at the lines that write shared state, with and without a lock."""
    name = f"{attribute.owner}.{attribute.name}" if attribute.owner else attribute.name
    if attribute.guarded_lines:
        first = min(attribute.guarded_lines)
        guards = " or ".join(attribute.guards)
        notes[first].append(f"{name} is shared, and written here under {guards}.")
    for line in attribute.unguarded_lines:
        notes[line].append(f"{name} is shared, and written here under no lock.")
