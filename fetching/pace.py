"""The times at which requests may start: evenly spread, at a rate per second."""


class Pace:
    """Gives out start times that are at least `interval_seconds` apart.

    This class takes no lock and reads no clock.
    """

    def __init__(self, per_second: float) -> None:
        self.interval_seconds = 1 / per_second
        self.next = float("-inf")

    def delay(self, now: float) -> float:
        """Take the next start time; return the seconds to wait from now until then."""
        moment = max(now, self.next)
        self.next = moment + self.interval_seconds
        return moment - now
