"""The options of the fetch pairs, and the check of what they fetched."""

from collections.abc import Mapping, Sequence
from typing import Any

from bench.records.workload import Workload

BODY_BYTES = 1024  # the size of a body if the workload has none


def options(workload: Workload) -> dict[str, Any]:
    """Return keyword arguments of `run`: a different body for each operation.

    The origin answers after the wait of the workload.
    """
    size = workload.body_bytes or BODY_BYTES
    delay = f"&delay={workload.wait_seconds}" if workload.wait_seconds else ""
    return {
        "urls": [
            f"{workload.origin}/bytes/{size}?seed={seed}{delay}"
            for seed in range(workload.operations)
        ],
        "workers": workload.workers,
    }


def unfetched(
    outcome: Sequence[tuple[str, int | None, int | None, str | None]],
    options: Mapping[str, Any],
) -> str | None:
    """Check that each URL has its complete body, in the order of the list."""
    urls = options["urls"]
    if [url for url, *_ in outcome] != list(urls):
        return f"{len(outcome)} outcomes for {len(urls)} URLs, or not in their order"
    for url, status, length, error in outcome:
        size = int(url.partition("/bytes/")[2].partition("?")[0])
        if error is not None:
            return f"{url}: {error}"
        if (status, length) != (200, size):
            return f"{url}: status {status} and {length} bytes, not 200 and {size}"
    return None
