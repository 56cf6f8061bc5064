"""Checks of the outcomes of pairs: each returns why an outcome is wrong, or None.

A right outcome passes, whatever the order of the workers was.  A tuple may be a list,
because JSON makes lists of tuples.  Standard library only, because the worker process
that times a pair imports this module.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain, pairwise
from typing import Any

Options = Mapping[str, Any]
Plain = Sequence[Any]  # an outcome: what `run` returned

# Each key is an action and the result that was printed for it.  The value is how many
# bars this adds to the tray, and a function that returns whether the result is right.
# The function gets the number of bars before the action, and the capacity of the tray.
BARS: dict[tuple[str, str], tuple[int, Callable[[int, int], bool]]] = {
    ("Refilling candy...", "OK"): (+1, lambda bars, capacity: bars < capacity),
    ("Refilling candy...", "full, skipping"): (
        0,
        lambda bars, capacity: bars == capacity,
    ),
    ("Buying candy...", "OK"): (-1, lambda bars, capacity: bars > 0),
    ("Buying candy...", "empty, skipping"): (0, lambda bars, capacity: bars == 0),
}


def lost_or_doubled(taken: Plain, options: Options) -> str | None:
    """Check that each integer below `count` was taken by one consumer, in order."""
    got, wanted = sorted(chain.from_iterable(taken)), list(range(options["count"]))
    if got != wanted:
        return f"{len(got)} integers taken of {len(wanted)} put, or not the same ones"
    if any(share != sorted(share) for share in taken):
        return "a consumer took integers out of order"
    return None


def lost_deposit(balances: Plain, options: Options) -> str | None:
    """Check that the balances are 1, 2, 3 ... with each seen once."""
    seen, count = sorted(chain.from_iterable(balances)), options["count"]
    if seen == list(range(1, count + 1)):
        return None
    for one, other in pairwise(seen):
        if one == other:
            return f"two deposits of 1 both made {one}: an update was lost"
    return f"{count} deposits of 1 made {seen[-1:] or 'nothing'}"


def lost_transfer(balances: Plain, options: Options) -> str | None:
    """Check that the two balances are -1, 1, then -2, 2 ... with each seen once."""
    seen = sorted((list(both) for both in chain.from_iterable(balances)), reverse=True)
    if seen != [[-n, n] for n in range(1, options["count"] + 1)]:
        return f"{options['count']} transfers of 1 made {seen[-1:] or 'nothing'}"
    return None


def overcrowded(crowds: Plain, options: Options) -> str | None:
    """Check that every call was served, and that the capacity was never exceeded."""
    seen, capacity = list(chain.from_iterable(crowds)), options["capacity"]
    if len(seen) != options["count"]:
        return f"{len(seen)} of {options['count']} calls were served"
    if seen and not 1 <= min(seen) <= max(seen) <= capacity:
        return f"{max(seen)} clients were inside a server for {capacity}"
    return None


def miscounted_or_torn(outcome: Plain, options: Options) -> str | None:
    """Check that no line of the transcript is out of place or impossible."""
    results, transcript = outcome
    bars = capacity = options["capacity"]
    if (
        sum(map(len, results)) * 2 != len(transcript)
        or len(transcript) // 2 != (options["count"])
    ):
        return f"the transcript has {len(transcript)} of {options['count'] * 2} lines"
    for first, second in zip(transcript[::2], transcript[1::2], strict=True):
        (person, action), (other, result) = first, second
        if person != other or (action, result) not in BARS:
            return f"the transcript is torn: {person} {action} / {other} {result}"
        change, right = BARS[action, result]
        if not right(bars, capacity):
            held = f"{bars} bar{'' if bars == 1 else 's'}"
            return f"{person} {action} {result}, with {held} in a tray of {capacity}"
        bars += change
    return None
