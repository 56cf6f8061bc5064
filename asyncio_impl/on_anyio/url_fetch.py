"""Workers take URLs from one queue and put whole bodies into one file.

A large body is written while it arrives, so it is never whole in memory.  A worker
holds the lock briefly, and never while it waits for bytes.
Run it: python -m asyncio_impl.on_anyio.url_fetch URLS.txt -o OUT
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import count, islice
from math import inf
from typing import Any

import anyio
import anyio.lowlevel

from asyncio_impl.on_anyio.connections.loops import LOOPS, run_on
from asyncio_impl.on_anyio.connections.session import Response, Session
from fetching import command, failure
from fetching.body_file import BodyFile, Entry, Place
from fetching.failure import FetchError, SessionClosedError
from fetching.journal import rounded
from fetching.options import (
    DEFAULTS,
    LISTED_AHEAD,
    MOST_REDIRECTS,
    WHOLE_BYTES,
    Options,
)
from fetching.target import masked, target_of

Log = Callable[..., object]
Numbered = tuple[int, str]
Outcome = tuple[str, int | None, int | None, str | None]  # url, status, length, error


class Fetch:
    """The URLs that are still to fetch, and the file of bodies with its lock."""

    def __init__(
        self, path: str | None = None, resume: bool = False, outcomes: bool = True
    ) -> None:
        self.file = BodyFile(path, resume)
        self.lock = anyio.Lock()
        self.listing: Iterator[Numbered] = iter(())  # URLs not in the queue yet
        self.back, self.front = anyio.create_memory_object_stream[Numbered](inf)
        self.outcomes: list[tuple[int, Outcome]] | None = [] if outcomes else None

    def plan(self, urls: Iterable[str]) -> None:
        """Set the URLs to fetch; a URL whose body is already stored is left out."""
        self.listing = self.file.missing(urls)

    def put(self, urls: Iterable[Numbered]) -> None:
        """Add URLs at the back, each with its number."""
        for numbered in urls:
            self.back.send_nowait(numbered)

    async def take(self) -> Numbered:
        """Remove and return the first URL; if none is left, raise as the queue does."""
        while True:
            try:
                return self.front.receive_nowait()
            except anyio.WouldBlock:
                if not await self.list_more():
                    raise

    async def list_more(self) -> bool:
        """If the queue is empty, put the next URLs of the list into it.

        Returns False if the queue is still empty, because no URL is left.
        """
        async with self.lock:
            if not self.front.statistics().current_buffer_used:
                self.put(islice(self.listing, LISTED_AHEAD))
            return self.front.statistics().current_buffer_used > 0

    async def append(self, number: int, body: bytearray) -> Place:
        """Write a whole body that fits in memory."""
        async with self.lock:
            return self.file.append(number, body)

    async def reserve(self, number: int, length: int) -> Place:
        """Reserve a range of the file for a body that has not arrived yet."""
        async with self.lock:
            # a range that an earlier, failed attempt reserved for this URL
            held = self.file.held(number, length)
            place = held or self.file.reserve(number, length)
        self.file.allocate(place)  # may take long, and needs no lock
        return place

    async def enter(self, entry: Entry) -> None:
        """Add a line to the index, for a written body or for a failure."""
        if self.file.soon:  # no lock is needed: see the comment in `store`
            self.file.enter(entry)
        else:
            async with self.lock:
                self.file.enter(entry)
        if self.outcomes is not None:
            outcome = (entry.url, entry.status, entry.length, entry.error)
            self.outcomes.append((entry.number, outcome))

    async def store(self, number: int, response: Response) -> Place:
        """Write a body into one range: a small body whole, a large one by chunks."""
        length = response.length
        if length is None:
            return await self.store_unmeasured(number, response)
        if length <= WHOLE_BYTES:
            body = bytearray()
            while len(body) < length and (chunk := await response.read()):
                body += chunk
            # `soon` is set only on a loop of asyncio.  No other task of that loop can
            # run during `self.file.append`, so no lock is needed.
            if self.file.soon:
                return self.file.append(number, body)
            return await self.append(number, body)
        place = await self.reserve(number, length)
        position = 0
        while chunk := await response.read():
            self.file.write(place, position, chunk)  # no lock: a place has one worker
            position += len(chunk)
        return place

    async def store_unmeasured(self, number: int, response: Response) -> Place:
        """Write a body of unknown length: first into a spool, a temporary file.

        When the length is known, a place is reserved and the spool is copied there.  A
        small body needs no spool.
        """
        body = bytearray()
        while len(body) <= WHOLE_BYTES:
            chunk = await response.read()
            if not chunk:
                return await self.append(number, body)
            body += chunk
        with self.file.spool() as spool:
            self.file.spool_on(spool, body)
            while chunk := await response.read():
                self.file.spool_on(spool, chunk)
            place = await self.reserve(number, spool.tell())
            for _ in self.file.copy(spool, place):
                await anyio.lowlevel.checkpoint()  # lets other workers run
        return place

    async def attempt(
        self, session: Session, number: int, url: str, deadline: float
    ) -> tuple[int, Place]:
        """Request a URL once, and store its body; return the status and the place."""
        response = await session.get(target_of(url), deadline)
        if response.redirected:
            response = await follow(session, response, deadline)
        async with response:
            if not 200 <= response.status < 300:
                raise failure.bad_status(response.status, response.retry_after)
            return response.status, await self.store(number, response)

    async def fetch_url(self, session: Session, number: int, url: str) -> Entry:
        """Fetch a URL, with retries if its failure may pass; return its index entry."""
        started, shown = time.monotonic(), masked(url)
        deadline = started + session.options.total_timeout
        for failures in count(1):
            try:
                status, place = await self.attempt(session, number, url, deadline)
                break
            except FetchError as error:
                now, failed = time.monotonic(), error
            delay = session.retry_delay(failed, failures, deadline - now)
            if delay is None:
                reason, seconds = str(failed), rounded(now - started)
                return Entry(number, shown, None, None, failed.status, seconds, reason)
            await session.pause(delay)
        seconds = rounded(time.monotonic() - started)
        return Entry(number, shown, place.offset, place.length, status, seconds)

    def close(self) -> None:
        """Close the file; from then on each body in it is whole and has its line."""
        self.file.close()
        self.back.close()
        self.front.close()


async def follow(session: Session, response: Response, deadline: float) -> Response:
    """Follow redirects; return the first answer that is no redirect."""
    for times in count(1):
        async with response:
            target = response.target.redirected(response.location or "")
        if times > MOST_REDIRECTS:
            break
        response = await session.get(target, deadline)
        if not response.redirected:
            return response
    raise FetchError(f"more than {MOST_REDIRECTS} redirects")


def named(workers: int) -> list[str]:
    """Return a name for each worker; raises ValueError if workers is below 1."""
    if workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    return [f"worker {n}" for n in range(1, workers + 1)]


async def work(name: str, fetch: Fetch, session: Session, log: Log) -> None:
    """Fetch URLs until none is left or the session is closed."""
    with suppress(anyio.WouldBlock, SessionClosedError):
        while True:
            number, url = await fetch.take()
            log(name, "asks for", masked(url))
            entry = await fetch.fetch_url(session, number, url)
            await fetch.enter(entry)
            if entry.error:
                fetch.file.once_written(log, name, "failed", entry.url, entry.error)
            else:
                fetch.file.once_written(log, name, "stored", entry.url, entry.length)


async def run(
    fetch: Fetch,
    urls: Iterable[str] = (),
    workers: int = 8,
    options: Options = DEFAULTS,
    log: Log = print,
    connect: Callable[[int, Options], Any] = Session,
) -> list[Outcome]:
    """Fetch URLs into the file and close it; return the outcome of each, in order.

    Raises OSError when the file cannot be written.
    """
    try:
        fetch.plan(urls)
        names = named(workers)
        async with (
            connect(workers, options) as session,
            anyio.create_task_group() as crew,
        ):
            fetch.file.soon = session.soon
            for name in names:
                crew.create_task(work(name, fetch, session, log))
    finally:
        fetch.close()
    return [outcome for _, outcome in sorted(fetch.outcomes or ())]


if __name__ == "__main__":
    with command.line("asyncio_impl.on_anyio.url_fetch", Fetch, LOOPS) as line:
        run_on(line.loop, partial(run, line.fetch, **line.options))
