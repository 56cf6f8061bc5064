"""How long a process of the user's may take: its limit, within the rest of the budget.

A call that hangs must not take longer than the whole run.  A call that was measured
before, and is only a little slower now, must not count as hung.
"""

import math
from collections.abc import Mapping
from time import monotonic
from typing import Any

LEAST_SECONDS = 1.0  # a busy machine can delay each answer by so much
SLOWER = 2.0  # by this factor, an answer may take longer than the longest before it
CUT = "all that was left of the budget"  # these words are in the reason of a cut call


class Allowance:
    """The time for each answer of a process; `until` is on the monotonic clock."""

    def __init__(self, until: float = math.inf) -> None:
        self.until = until
        self._longest_seconds = 0.0

    def seconds(self, spec: Mapping[str, Any], limit_seconds: float) -> float:
        """Return the time for the next answer; only the user's processes are cut."""
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
    """Return why a process counts as hung, after so many seconds."""
    if seconds >= limit_seconds:
        return f"no result after {limit_seconds:g} s"
    return (
        f"no result after {seconds:.1f} s, {CUT}; a larger --budget allows"
        f" {limit_seconds:g} s"
    )


def is_cut(why: str | None) -> bool:
    """Whether a reason says that the budget ended a call before its own limit."""
    return CUT in (why or "").partition("\n")[0]
