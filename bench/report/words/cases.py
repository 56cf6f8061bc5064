"""Names of cases and of their sides: the shortest names that still differ.

The name of a case is `PAIR [WORKLOAD] LEFT : RIGHT`.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

Side = tuple[str, str, str]  # the case, the model or carrier, and the runtime


def pair(case: str) -> str:
    """The pair of a case: `lock`."""
    return case.partition(" [")[0]


def load(case: str) -> str:
    """The pair and the workload of a case: `lock [2 workers]`."""
    name, bracket, rest = case.partition("]")
    # a name without a workload has no sides either
    return f"{name}]" if bracket and (not rest or rest.startswith(" ")) else case


def contest(case: str) -> str:
    """The sides of a case, the second over the first; empty if its name has none."""
    left, colon, right = case.removeprefix(load(case)).strip().partition(" : ")
    return f"{right} over {left}" if colon else ""


def titles(sides: Iterable[Side]) -> dict[str, str]:
    """A title for each case: its load, or its whole name if its load is ambiguous.

    A load is ambiguous if two cases with this load measured the same model.
    """
    known = list(sides)
    times = Counter((load(case), model) for case, model, _ in set(known))
    return {
        case: case
        if any(times[load(one), model] > 1 for one, model, _ in known if one == case)
        else load(case)
        for case, _, _ in known
    }


def models(sides: Iterable[Side]) -> dict[Side, str]:
    """What to call each side below the title of its case.

    This is the model, with its runtime if both sides of the case have this model.
    """
    known = set(sides)
    times = Counter((case, model) for case, model, _ in known)
    return {
        side: f"{side[1]} ({side[2]})" if times[side[0], side[1]] > 1 else side[1]
        for side in known
    }


def names(sides: Sequence[Side]) -> list[str]:
    """The shortest name of each side that no other side has."""
    levels = [
        [f"{pair(case)} {model}" for case, model, _ in sides],
        [f"{load(case)} {model}" for case, model, _ in sides],
        [f"{load(case)} {model} ({runtime})" for case, model, runtime in sides],
        [f"{case}, {model} ({runtime})" for case, model, runtime in sides],
    ]
    times = [Counter(level) for level in levels]
    return [
        next(
            (
                level[at]
                for level, count in zip(levels, times, strict=True)
                if count[level[at]] == 1
            ),
            levels[-1][at],
        )
        for at in range(len(sides))
    ]
