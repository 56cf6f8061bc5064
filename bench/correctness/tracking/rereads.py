"""Repeat the reads of C code each time that this code has called a special method.

For example, `str` of a list calls the `__repr__` of one item after another.  If a
`__repr__` is Python code, another worker may run before the next item is read.
"""

import sys
import types
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.base_slots import is_rewritten_frame

# A point id: workers run special methods, which C code may have called.  Reads are
# noted only in runs with this point.
IN_CONTAINERS = "special methods run"
READS_KEPT = 2  # reads that are kept of each reader; a comparison reads two operands
MOST_CALLS = 10  # the most nested calls of one function that are distinguished
# A call that reads: its worker, its code, and the number of nested calls of this code.
# The address of a frame does not identify a call: a frame of a later call may get the
# same address.
Reader = tuple[int, types.CodeType, int]
# By reader and site: functions that report the last accesses again.
READS: dict[Reader, dict[int, Callable[[], object]]] = {}
RUN: list[Any] = [None]  # the run to which the entries of READS belong


def note_read(site: int, again: Callable[[], object]) -> None:
    """Note a read, so that it can be repeated: `again` reports the read once more.

    The last READS_KEPT reads of the innermost call of rewritten code are kept.
    """
    if RUN[0] is not kernel.transitions:
        RUN[0] = kernel.transitions
        READS.clear()
    reader = reader_of(sys._getframe(1))
    if reader is None:
        return
    reads = READS.setdefault(reader, {})
    reads.pop(site, None)
    reads[site] = again
    if len(reads) > READS_KEPT:
        del reads[next(iter(reads))]


def drop_read(site: int) -> None:
    """Forget a read that is over, so that its objects can be freed."""
    reader = reader_of(sys._getframe(1))
    if reader is not None and RUN[0] is kernel.transitions:
        READS.get(reader, {}).pop(site, None)


def special_returns(value: Any) -> Any:
    """Report that a special method returns; return the value.

    The caller of the method may be C code that then continues to read.
    """
    repeat_reads(sys._getframe(1))
    return value


def repeat_reads(frame: types.FrameType) -> None:
    """Repeat the reads of the code that has called the special method in this frame.

    Without the point IN_CONTAINERS, no reads have been noted, so none can be repeated.
    Then this function discovers the point.  The search begins again with the point, and
    in its new runs the reads are noted and repeated.
    """
    if not kernel.alone:
        if IN_CONTAINERS not in kernel.points:
            kernel.discover(IN_CONTAINERS)
        elif RUN[0] is kernel.transitions:
            reader = reader_of(frame.f_back)
            if reader in READS:
                for again in [*READS[reader].values()]:
                    again()


def reader_of(frame: types.FrameType | None) -> Reader | None:
    """Return the innermost call of rewritten code: this frame or a caller of it."""
    while frame is not None and not is_rewritten_frame(frame):
        frame = frame.f_back
    if frame is None:
        return None
    code, calls = frame.f_code, 0
    while frame is not None and calls < MOST_CALLS:
        calls += frame.f_code is code
        frame = frame.f_back
    return kernel.current.number, code, calls


def forget_reads() -> None:
    """Forget the reads of the last run."""
    RUN[0] = None
    READS.clear()
