"""What would change a verdict, in words: the nearest value of an input."""

from collections.abc import Callable

from bench.records.decisions import Decision, Flip
from bench.report.words import units

Show = Callable[[float], str]
INPUTS: dict[
    str, tuple[str, Show]
] = {  # for each input, its words, and how its value is shown
    "concurrency": ("jobs at once", lambda value: f"{value:,.0f}"),
    "wait": ("of waiting in a job", units.seconds),
    "cpu": ("of computing in a job", units.seconds),
    "without_gil": ("of the computing without the lock", units.percent),
    "payload": ("held by a job", units.decimal_bytes),
    "p99": ("allowed at p99", units.seconds),
    "memory": ("of memory allowed", units.decimal_bytes),
    "rate": ("jobs a second arriving", lambda value: f"{value:,.0f}"),
}


def of_decision(one: Decision) -> list[str]:
    """The nearest change of the verdict, in a sentence."""
    if not one.flips:
        return []
    first = one.flips[0]
    agrees = {
        True: ", and a run there agrees",
        False: ", but a run there does not agree",
        None: " (predicted, not run)",
    }[first.verified]
    return [f"The verdict would be {first.verdict} {flip(first)}{agrees}."]


def flip(one: Flip) -> str:
    """The range of values with the new verdict, and the verdict beyond this range."""
    name, show = INPUTS[one.input]
    shown = show(one.at)
    is_above = one.now is None or one.at > one.now
    if has_end(one):
        last = last_of(one)
        band = f"at {shown} {name}"
        if last != one.at:
            ends = (one.at, last) if is_above else (last, one.at)
            band = f"from about {show(ends[0])} to {show(ends[1])} {name}"
        side = "above" if is_above else "below"
        return f"{band}, and {one.then} {side} that"
    if one.input == "concurrency" and not is_above:
        return f"at about {shown} {name} or fewer" if one.at > 1 else "one at a time"
    if is_above:
        return f"with about {shown} or more {name}"
    return f"at {shown} {name}" if not one.at else f"below about {shown} {name}"


def has_end(one: Flip) -> bool:
    """Whether the verdict changes again beyond the range of the new verdict.

    The answer is false if `until` is shown as zero, because no value is below zero.
    """
    if one.then is None or one.until is None:
        return False
    show = INPUTS[one.input][1]
    return show(one.until) != show(0.0)


def last_of(one: Flip) -> float:
    """The last value with the new verdict, before the verdict changes again.

    A number of jobs at once is whole, so its last value is one before `until`.
    """
    assert one.until is not None
    if one.input != "concurrency":
        return one.until
    return one.until - 1 if one.until > one.at else one.until + 1
