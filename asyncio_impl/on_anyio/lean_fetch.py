"""The control of url_fetch: the same job, with the same HTTP engine in both models.

The ratio of url_fetch mostly compares two client libraries.  This pair uses none: both
sides have an engine of our own with the parser llhttp, and differ only by the model.
Run it: python -m asyncio_impl.on_anyio.lean_fetch URLS.txt -o OUT
"""

from collections.abc import Iterable
from functools import partial

from asyncio_impl.on_anyio import url_fetch
from asyncio_impl.on_anyio.connections.loops import LOOPS, run_on
from asyncio_impl.on_anyio.connections.session import LeanSession
from asyncio_impl.on_anyio.url_fetch import Fetch, Log, Outcome
from fetching import command
from fetching.options import DEFAULTS, Options


async def run(
    fetch: Fetch,
    urls: Iterable[str] = (),
    workers: int = 8,
    options: Options = DEFAULTS,
    log: Log = print,
) -> list[Outcome]:
    """Do what url_fetch does, without a client library."""
    return await url_fetch.run(fetch, urls, workers, options, log, LeanSession)


if __name__ == "__main__":
    with command.line("asyncio_impl.on_anyio.lean_fetch", Fetch, LOOPS) as line:
        run_on(line.loop, partial(run, line.fetch, **line.options))
