"""How many words must be inserted, deleted or replaced to make one twin the other."""

from collections.abc import Hashable, Sequence


def edit_distance(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    """Levenshtein's distance, a column of the table at a time as two bit vectors.

    The algorithm of Myers (1999) as Hyyro (2003) states it for whole strings; an
    int of Python is as wide as `left` is long, so files of 20,000 words take a second.
    """
    if not left or not right:
        return len(left) + len(right)
    occurs: dict[Hashable, int] = {}
    for position, word in enumerate(left):
        occurs[word] = occurs.get(word, 0) | 1 << position
    everything, bottom = (1 << len(left)) - 1, 1 << len(left) - 1
    rises, falls, distance = everything, 0, len(left)  # down the current column
    for word in right:
        equal = occurs.get(word, 0)
        across = (((equal & rises) + rises) ^ rises) | equal
        grows = falls | (everything & ~(across | rises))
        shrinks = rises & across
        distance += bool(grows & bottom) - bool(shrinks & bottom)
        grows, shrinks = (grows << 1 | 1) & everything, (shrinks << 1) & everything
        diagonal = equal | falls
        rises = shrinks | (everything & ~(diagonal | grows))
        falls = grows & diagonal
    return distance
