"""Whether a failed URL is asked for again, and how long to wait before."""

from fetching.failure import FetchError
from fetching.options import Options

MOST_BACKOFF_SECONDS = 60.0


def retry_delay(
    error: FetchError, failures: int, left_seconds: float, options: Options
) -> float | None:
    """Seconds to wait before the next attempt; None: there is none.

    Doubled with every failure, and spread, so that many workers do not come back at
    once.  What the server asks for is a minimum.
    """
    if not error.passing or failures > options.retries:
        return None
    import random  # much to load, and seldom used

    delay = min(MOST_BACKOFF_SECONDS, options.backoff * 2 ** (failures - 1))
    delay *= random.uniform(0.5, 1.0)
    delay = max(delay, error.retry_after or 0.0)
    return delay if delay < left_seconds else None
