"""The control of url_fetch: the same job on the same engine in both models.

A ratio of url_fetch is mostly that of two client libraries.  Here sockets and llhttp
are all there is on either side, and what differs is the model.
Run it: python -m asyncio_impl.on_anyio.lean_fetch URLS.txt -o OUT
"""

from collections.abc import Sequence
from functools import partial

import anyio

from asyncio_impl.on_anyio import url_fetch
from asyncio_impl.on_anyio.connections.lean_session import Session
from asyncio_impl.on_anyio.url_fetch import Fetch, Log, Outcome
from fetching import command


async def run(
    fetch: Fetch,
    urls: Sequence[str] = (),
    workers: int = 8,
    timeout: float = 30.0,
    retries: int = 1,
    log: Log = print,
) -> list[Outcome]:
    """Do what url_fetch does, over connections of our own."""
    return await url_fetch.run(fetch, urls, workers, timeout, retries, log, Session)


if __name__ == "__main__":
    with command.line("asyncio_impl.on_anyio.lean_fetch", Fetch) as (fetch, options):
        anyio.run(partial(run, fetch, **options))
