"""When the next request may go out: evenly, so many a second."""


class Pace:
    """Hands out moments, each at least so much later than the one before.

    Not guarded, and reads no clock.
    """

    def __init__(self, per_second: float) -> None:
        self.interval_seconds = 1 / per_second
        self.next = float("-inf")

    def delay(self, now: float) -> float:
        """Seconds to wait from now on; the moment is then taken."""
        moment = max(now, self.next)
        self.next = moment + self.interval_seconds
        return moment - now
