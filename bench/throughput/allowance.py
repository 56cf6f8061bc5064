"""The time limit for each answer of a process that runs the user's code.

The limit is the given one, or the rest of the budget if that is shorter, because a call
that hangs must not take longer than the whole run.  But a call that is only a little
slower than the calls before it must not count as hung.
"""

import math
from collections.abc import Mapping
from time import monotonic
from typing import Any

LEAST_SECONDS = 1.0  # a busy machine can delay each answer by this much
SLOWER = 2.0  # an answer may take this many times as long as the longest one so far
CUT = "all that was left of the budget"  # these words are in the reason of a cut call


class Allowance:
    """The time for each answer of a process; `until` is on the monotonic clock."""

    def __init__(self, until: float = math.inf) -> None:
        self.until = until
        self._longest_seconds = 0.0

    def seconds(self, spec: Mapping[str, Any], limit_seconds: float) -> float:
        """Return the time for the next answer; the budget limits only user code."""
        if "own" not in spec:
            return limit_seconds
        usual = SLOWER * self._longest_seconds
        rest = self.until - monotonic()
        return min(limit_seconds, max(rest, usual, LEAST_SECONDS))

    def answered(self, spec: Mapping[str, Any], seconds: float) -> None:
        """Take into account how long an answer took."""
        if "own" in spec:
            self._longest_seconds = max(self._longest_seconds, seconds)


def why_hung(seconds: float, limit_seconds: float) -> str:
    """Return why a process that gave no answer in this time counts as hung."""
    if seconds >= limit_seconds:
        return f"no result after {limit_seconds:g} s"
    return (
        f"no result after {seconds:.1f} s, {CUT}; a larger --budget allows"
        f" {limit_seconds:g} s"
    )


def is_cut(why: str | None) -> bool:
    """Whether a reason says that the budget ended a call before its own limit."""
    return CUT in (why or "").partition("\n")[0]
