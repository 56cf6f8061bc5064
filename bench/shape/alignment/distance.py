"""How many words must be inserted, deleted or replaced to make one twin the other."""

from collections.abc import Hashable, Iterator, Sequence

from bench.shape.alignment.align import longest_increasing, once_on_both

LARGE = 20_000  # words; for two files of this size the exact distance takes a second
# A cut is made before a sequence of this many words, which occurs exactly once in each
# file.
RUN = 12
STRIDE = 500  # the least number of words between two cuts

Words = Sequence[Hashable]


def edit_distance(left: Words, right: Words) -> int:
    """Levenshtein's distance; an upper bound if both files have over 20,000 words.

    The exact distance of such files would take minutes.  So both files are cut into
    pieces, and the distances of the pieces are added.  A cut is before twelve words in
    a row that occur exactly once in each file.
    """
    if min(len(left), len(right)) <= LARGE:
        return exact(left, right)
    return sum(exact(*piece) for piece in pieces(left, right))


def pieces(left: Words, right: Words) -> Iterator[tuple[Words, Words]]:
    """Both files cut at the same places, which are at least 500 words apart."""
    here, there = (
        [hash(tuple(words[n : n + RUN])) for n in range(len(words) - RUN + 1)]
        for words in (left, right)
    )
    top = first = 0
    for i, j in longest_increasing(once_on_both(here, there)):
        if min(i - top, j - first) >= STRIDE:
            yield left[top:i], right[first:j]
            top, first = i, j
    yield left[top:], right[first:]


def exact(left: Words, right: Words) -> int:
    """The distance, computed one column of the table at a time as two bit vectors.

    The algorithm is that of Myers (1999), in the form that Hyyro (2003) gives for whole
    strings.  A vector is one int of Python with as many bits as `left` has words.
    """
    if not left or not right:
        return len(left) + len(right)
    occurs: dict[Hashable, int] = {}
    for position, word in enumerate(left):
        occurs[word] = occurs.get(word, 0) | 1 << position
    everything, bottom = (1 << len(left)) - 1, 1 << len(left) - 1
    # A row of the table is for a word of `left`, a column for a word of `right`.  A
    # value is the distance between `left` up to its row and `right` up to its column.
    # `rises` and `falls` compare each value of the current column with the value above
    # it.  Bit i of `rises` says that the value in row i is larger by 1, and bit i of
    # `falls` that it is smaller by 1.  `distance` is the value in the lowest row.
    rises, falls, distance = everything, 0, len(left)
    for word in right:
        equal = occurs.get(word, 0)
        across = (((equal & rises) + rises) ^ rises) | equal
        # `grows` and `shrinks` compare each value with the value in the column before.
        # Bit i says that the value in row i is larger by 1, or smaller by 1.
        grows = falls | (everything & ~(across | rises))
        shrinks = rises & across
        distance += bool(grows & bottom) - bool(shrinks & bottom)
        grows, shrinks = (grows << 1 | 1) & everything, (shrinks << 1) & everything
        diagonal = equal | falls
        rises = shrinks | (everything & ~(diagonal | grows))
        falls = grows & diagonal
    return distance
