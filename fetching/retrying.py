"""Whether a failed URL is requested again, and the wait before that."""

from fetching.failure import FetchError
from fetching.options import Options

MOST_BACKOFF_SECONDS = 60.0


def retry_delay(
    error: FetchError, failures: int, left_seconds: float, options: Options
) -> float | None:
    """Return the seconds to wait before the next attempt; None: no further attempt.

    There is no further attempt in three cases: a retry could not succeed
    (`error.passing` is false), all retries are used, or the wait would last at least as
    long as the time that is left for the URL.

    The wait doubles with every failure, up to MOST_BACKOFF_SECONDS.  It is multiplied
    by a random number from 0.5 to 1, so that workers that failed together do not all
    ask again at the same moment.  It is never less than the wait that the server asks
    for.
    """
    if not error.passing or failures > options.retries:
        return None
    import random  # slow to import, seldom used

    delay = min(MOST_BACKOFF_SECONDS, options.backoff * 2 ** (failures - 1))
    delay *= random.uniform(0.5, 1.0)
    delay = max(delay, error.retry_after or 0.0)
    return delay if delay < left_seconds else None
