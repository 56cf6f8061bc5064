"""What changed between two runs, or two versions, in words."""

from collections.abc import Sequence

from bench.report.words import units

MOST_NAMED = 3
NO_FIGURE = {"gone": "no figure any more", "fails": "fails, so it has no figure"}


def percent(ratio: float) -> str:
    """A ratio of throughputs as a change: `4.8 % slower`, `2.0 % faster`."""
    amount = abs(ratio - 1) * 100
    return f"{amount:.1f} % {'slower' if ratio < 1 else 'faster'}"


def signed(ratio: float) -> str:
    """A ratio of throughputs with its sign: `-4.8 %`."""
    return f"{(ratio - 1) * 100:+.1f} %"


def interval(low: float, high: float) -> str:
    """An interval of ratios of throughputs: `-6.0 to -3.1 %`."""
    return f"{(low - 1) * 100:+.1f} to {(high - 1) * 100:+.1f} %"


def reading(confidence: float | None) -> str:
    """How to read the figures of a table of changes.

    `confidence` is the lowest confidence of all intervals; None without an interval.
    """
    said = "A change is the median of the ratios of blocks, not after / before."
    if confidence is None:
        return said
    least = units.percent(confidence)
    return f"{said} Each interval holds with {least} confidence or more."


def in_a_line(verdicts: Sequence[tuple[str, str, float | None]]) -> str:
    """All changes in a line, from the name, the verdict and the ratio of each side."""
    total = len(verdicts)
    said = [
        f"{name} ({NO_FIGURE.get(verdict) or (percent(ratio) if ratio else verdict)})"
        for name, verdict, ratio in verdicts
        if verdict in ("faster", "slower", *NO_FIGURE)
    ]
    same = sum(verdict == "same code" for _, verdict, _ in verdicts)
    open_ = sum(verdict == "unknown" for _, verdict, _ in verdicts)
    unjudged = sum(verdict == "not judged" for _, verdict, _ in verdicts)
    more = f" and {len(said) - MOST_NAMED} more" if len(said) > MOST_NAMED else ""
    found = [f"{len(said)} changed: {', '.join(said[:MOST_NAMED])}{more}"]
    if not said:
        is_none_judged = open_ + unjudged > 0 and open_ + unjudged + same == total
        found = [] if is_none_judged else ["no change shown"]
    if same:
        found.append(f"{_have(same)} equal code")
    if unjudged:
        found.append(f"{unjudged} not judged")
    if open_:
        found.append(f"{_have(open_)} too few blocks to tell")
    return f"Of {units.many(total, 'side')}: {'; '.join(found)}."


def _have(count: int) -> str:
    return f"{count} {'has' if count == 1 else 'have'}"
