"""Close the gaps in a file of bodies; the index stays right at every moment.

A body is first copied to a range that no line of the index names.  After that, a line
with its new place is added.  So after a kill at any moment, each line of the index
names a whole body.
"""

import errno
import os
from array import array

from msgspec.structs import replace

from fetching.journal import Entry, Journal
from fetching.offset_io import move
from fetching.ranges import Place, Ranges


def close_gaps(file: int, journal: Journal, ranges: Ranges) -> None:
    """Move the bodies above the first gap down, in order, then cut off the free end.

    If the old place of a body overlaps its new place, the body is first copied to the
    end of the file.  If the disk has no room for that copy, the remaining gaps stay.
    """
    bottom = ranges.gaps[0].offset
    try:
        for position in positions_above(journal, bottom):
            entry = journal.entry_at(position)
            assert entry.offset is not None
            assert entry.length is not None
            if entry.offset > bottom:
                move_body(file, journal, entry, bottom, ranges.end)
            bottom += entry.length
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        os.ftruncate(file, ranges.end)
        return
    os.ftruncate(file, bottom)
    ranges.end, ranges.gaps = bottom, []


def positions_above(journal: Journal, bottom: int) -> "array[int]":
    """The lines of the index that name bodies at `bottom` or above.

    Returns the position of each line in the index, in the order of the bodies.
    """
    last = journal.last_positions()
    offsets, positions = array("q"), array("q")
    for position, entry in journal.entries():
        if (
            last[entry.number] == position
            and entry.length
            and (entry.offset or 0) >= bottom
        ):
            offsets.append(entry.offset or 0)
            positions.append(position)
    order = sorted(range(len(offsets)), key=offsets.__getitem__)
    return array("q", (positions[number] for number in order))


def move_body(file: int, journal: Journal, entry: Entry, bottom: int, end: int) -> None:
    """Move a body down to `bottom`, and add a line with its new place to the index.

    If its old and its new place overlap, it is first copied to `end`, the end of the
    file, and a line names this copy.
    """
    old = Place(entry.offset or 0, entry.length or 0)
    if bottom + old.length > old.offset:
        move(file, old.length, old.offset, end)
        journal.append([replace(entry, offset=end)])
        journal.superseded = True
        old = Place(end, old.length)
    move(file, old.length, old.offset, bottom)
    journal.append([replace(entry, offset=bottom)])
    journal.superseded = True
