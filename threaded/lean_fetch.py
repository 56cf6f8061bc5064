"""The control of url_fetch: the same job, with the same HTTP engine in both models.

The ratio of url_fetch mostly compares two client libraries.  This pair uses none: both
sides have an engine of our own with the parser llhttp, and differ only by the model.
Run it: python -m threaded.lean_fetch URLS.txt -o OUT
"""

from collections.abc import Iterable

from fetching import command
from fetching.options import DEFAULTS, Options
from threaded import print_line, url_fetch
from threaded.connections.session import LeanSession
from threaded.url_fetch import Fetch, Log, Outcome


def run(
    fetch: Fetch,
    urls: Iterable[str] = (),
    workers: int = 8,
    options: Options = DEFAULTS,
    log: Log = print_line,
) -> list[Outcome]:
    """Do what url_fetch does, without a client library."""
    return url_fetch.run(fetch, urls, workers, options, log, LeanSession)


if __name__ == "__main__":
    with command.line("threaded.lean_fetch", Fetch) as line:
        run(line.fetch, **line.options)
