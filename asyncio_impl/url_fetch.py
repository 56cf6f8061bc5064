"""Workers take URLs from one queue and put whole bodies into one file.

Bodies of any size are streamed; the lock is held for moments, never while a body is
on its way.  Run it: python -m asyncio_impl.url_fetch URLS.txt -o OUT
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import chain
from typing import Any
from urllib.parse import urljoin

from asyncio_impl.connections.session import Response, Session
from fetching import command, failure
from fetching.body_file import BodyFile, Entry, Place
from fetching.failure import FetchError, SessionClosedError
from fetching.settings import MOST_REDIRECTS, WHOLE_BYTES
from fetching.url_list import checked

Log = Callable[..., object]
Outcome = tuple[str, int | None, int | None, str | None]  # url, status, length, error


class Fetch:
    """The URLs still to fetch, and the file of bodies behind its lock."""

    def __init__(self, path: str | None = None) -> None:
        self.file = BodyFile(path)
        self.lock = asyncio.Lock()
        self.urls: asyncio.Queue[tuple[int, str]] = asyncio.Queue()

    def put(self, urls: Sequence[str]) -> None:
        """Add URLs at the back, each with its number."""
        for numbered in enumerate(urls):
            self.urls.put_nowait(numbered)

    def take(self) -> tuple[int, str]:
        """Remove a URL from the front; raises if there is none."""
        return self.urls.get_nowait()

    async def append(self, body: bytearray) -> Place:
        """Write a whole body that fits in memory."""
        async with self.lock:
            place = self.file.reserve(len(body))
            self.file.write(place, 0, body)
            return place

    async def reserve(self, length: int) -> Place:
        """Set room aside for a body that is still to come."""
        async with self.lock:
            place = self.file.reserve(length)
        try:
            self.file.allocate(place)  # can take long, and needs no lock
        except FetchError:
            await self.release(place)
            raise
        return place

    async def release(self, place: Place) -> None:
        """Give back the room of a body that did not come."""
        async with self.lock:
            self.file.release(place)

    async def enter(self, entry: Entry) -> None:
        """Add a line to the index, of a body that is written or of a failure."""
        async with self.lock:
            self.file.enter(entry)

    async def store(self, response: Response) -> Place:
        """Write a body in one range of the file, as it comes."""
        if response.length is None:
            return await self.store_unmeasured(response)
        if response.length <= WHOLE_BYTES:
            body = bytearray()
            while chunk := await response.read():
                body += chunk
            return await self.append(body)
        place = await self.reserve(response.length)
        try:
            position = 0
            while chunk := await response.read():
                self.file.write(place, position, chunk)  # no lock: the place is ours
                position += len(chunk)
        except FetchError:
            await self.release(place)
            raise
        return place

    async def store_unmeasured(self, response: Response) -> Place:
        """The same for a body of unknown length: spool it first."""
        body = bytearray()
        while len(body) <= WHOLE_BYTES:
            chunk = await response.read()
            if not chunk:
                return await self.append(body)
            body += chunk
        with self.file.spool() as spool:
            spool.write(body)
            while chunk := await response.read():
                spool.write(chunk)
            place = await self.reserve(spool.tell())
            for _ in self.file.copy(spool, place):
                await asyncio.sleep(0)  # a long copy lets the others go on
        return place

    async def attempt(self, session: Session, url: str) -> tuple[int, Place]:
        """Ask for a URL once; return its status and where its body lies."""
        async with follow(session, url) as response:
            if response.status not in range(200, 300):
                raise failure.bad_status(response.status)
            return response.status, await self.store(response)

    async def fetch_url(self, session: Session, url: str, retries: int) -> Entry:
        """Fetch a URL, again if its connection is lost; return its line."""
        started = time.monotonic()
        while True:
            try:
                status, place = await self.attempt(session, url)
            except FetchError as error:
                if error.passing and retries > 0:
                    retries -= 1
                    continue
                seconds = time.monotonic() - started
                return Entry(
                    url, status=error.status, seconds=seconds, error=str(error)
                )
            seconds = time.monotonic() - started
            return Entry(url, place.offset, place.length, status, seconds)

    def close(self) -> None:
        """Close the file: what is in it is then whole and indexed."""
        self.file.close()


@asynccontextmanager
async def follow(session: Session, url: str) -> AsyncIterator[Response]:
    """The answer at the end of a URL's redirects."""
    for _ in range(MOST_REDIRECTS + 1):
        async with session.get(checked(url)) as response:
            if not response.redirected:
                yield response
                return
            url = urljoin(url, response.location)
    raise FetchError(f"more than {MOST_REDIRECTS} redirects")


def named(workers: int) -> list[str]:
    """A name for each worker; raises ValueError when there is none."""
    if workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    return [f"worker {n}" for n in range(1, workers + 1)]


async def work(
    name: str, fetch: Fetch, session: Session, retries: int, log: Log
) -> list[tuple[int, Outcome]]:
    """Fetch URLs until none is left or the session is closed."""
    done: list[tuple[int, Outcome]] = []
    with suppress(asyncio.QueueEmpty, SessionClosedError):
        while True:
            number, url = fetch.take()
            log(name, "asks for", url)
            entry = await fetch.fetch_url(session, url, retries)
            await fetch.enter(entry)
            if entry.error:
                log(name, "failed", url, entry.error)
            else:
                log(name, "stored", url, entry.length)
            done.append((number, (url, entry.status, entry.length, entry.error)))
    return done


async def run(
    fetch: Fetch,
    urls: Sequence[str] = (),
    workers: int = 8,
    timeout: float = 30.0,
    retries: int = 1,
    log: Log = print,
    connect: Callable[[int, float], Any] = Session,
) -> list[Outcome]:
    """Fetch URLs into the file and close it; return what came of each, in order.

    The timeout is the seconds to wait for the next byte, or for a connection.
    Raises OSError when the file cannot be written.
    """
    try:
        fetch.put(urls)
        names = named(workers)
        async with (
            connect(workers, timeout) as session,
            asyncio.TaskGroup() as crew,
        ):
            job = (fetch, session, retries, log)
            tasks = [crew.create_task(work(name, *job)) for name in names]
    finally:
        fetch.close()
    done = chain.from_iterable(task.result() for task in tasks)
    return [outcome for _, outcome in sorted(done)]


if __name__ == "__main__":
    with command.line("asyncio_impl.url_fetch", Fetch) as (fetch, options):
        asyncio.run(run(fetch, **options))
