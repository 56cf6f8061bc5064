"""Workers take URLs from one queue and put whole bodies into one file.

Bodies of any size are streamed; the lock is held for moments, never while a body is
on its way.  Run it: python -m threaded.url_fetch URLS.txt -o OUT
"""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any
from urllib.parse import urljoin

from fetching import command, failure
from fetching.body_file import BodyFile, Entry, Place
from fetching.failure import FetchError, SessionClosedError
from fetching.settings import MOST_REDIRECTS, WHOLE_BYTES
from fetching.url_list import checked
from threaded import print_line
from threaded.connections.session import Response, Session

Log = Callable[..., object]
Outcome = tuple[str, int | None, int | None, str | None]  # url, status, length, error


class Fetch:
    """The URLs still to fetch, and the file of bodies behind its lock."""

    def __init__(self, path: str | None = None) -> None:
        self.file = BodyFile(path)
        self.lock = threading.Lock()
        self.urls: queue.Queue[tuple[int, str]] = queue.Queue()

    def put(self, urls: Sequence[str]) -> None:
        """Add URLs at the back, each with its number."""
        for numbered in enumerate(urls):
            self.urls.put_nowait(numbered)

    def take(self) -> tuple[int, str]:
        """Remove a URL from the front; raises if there is none."""
        return self.urls.get_nowait()

    def append(self, body: bytearray) -> Place:
        """Write a whole body that fits in memory."""
        with self.lock:
            place = self.file.reserve(len(body))
            self.file.write(place, 0, body)
            return place

    def reserve(self, length: int) -> Place:
        """Set room aside for a body that is still to come."""
        with self.lock:
            place = self.file.reserve(length)
        try:
            self.file.allocate(place)  # can take long, and needs no lock
        except FetchError:
            self.release(place)
            raise
        return place

    def release(self, place: Place) -> None:
        """Give back the room of a body that did not come."""
        with self.lock:
            self.file.release(place)

    def enter(self, entry: Entry) -> None:
        """Add a line to the index, of a body that is written or of a failure."""
        with self.lock:
            self.file.enter(entry)

    def store(self, response: Response) -> Place:
        """Write a body in one range of the file, as it comes."""
        if response.length is None:
            return self.store_unmeasured(response)
        if response.length <= WHOLE_BYTES:
            body = bytearray()
            while chunk := response.read():
                body += chunk
            return self.append(body)
        place = self.reserve(response.length)
        try:
            position = 0
            while chunk := response.read():
                self.file.write(place, position, chunk)  # no lock: the place is ours
                position += len(chunk)
        except FetchError:
            self.release(place)
            raise
        return place

    def store_unmeasured(self, response: Response) -> Place:
        """The same for a body of unknown length: spool it first."""
        body = bytearray()
        while len(body) <= WHOLE_BYTES:
            chunk = response.read()
            if not chunk:
                return self.append(body)
            body += chunk
        with self.file.spool() as spool:
            spool.write(body)
            while chunk := response.read():
                spool.write(chunk)
            place = self.reserve(spool.tell())
            for _ in self.file.copy(spool, place):
                time.sleep(0)  # a long copy lets the others go on
        return place

    def attempt(self, session: Session, url: str) -> tuple[int, Place]:
        """Ask for a URL once; return its status and where its body lies."""
        with follow(session, url) as response:
            if response.status not in range(200, 300):
                raise failure.bad_status(response.status)
            return response.status, self.store(response)

    def fetch_url(self, session: Session, url: str, retries: int) -> Entry:
        """Fetch a URL, again if its connection is lost; return its line."""
        started = time.monotonic()
        while True:
            try:
                status, place = self.attempt(session, url)
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


@contextmanager
def follow(session: Session, url: str) -> Iterator[Response]:
    """The answer at the end of a URL's redirects."""
    for _ in range(MOST_REDIRECTS + 1):
        with session.get(checked(url)) as response:
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


def work(
    name: str, fetch: Fetch, session: Session, retries: int, log: Log
) -> list[tuple[int, Outcome]]:
    """Fetch URLs until none is left or the session is closed."""
    done: list[tuple[int, Outcome]] = []
    with suppress(queue.Empty, SessionClosedError):
        while True:
            number, url = fetch.take()
            log(name, "asks for", url)
            entry = fetch.fetch_url(session, url, retries)
            fetch.enter(entry)
            if entry.error:
                log(name, "failed", url, entry.error)
            else:
                log(name, "stored", url, entry.length)
            done.append((number, (url, entry.status, entry.length, entry.error)))
    return done


def run(
    fetch: Fetch,
    urls: Sequence[str] = (),
    workers: int = 8,
    timeout: float = 30.0,
    retries: int = 1,
    log: Log = print_line,
    connect: Callable[[int, float], Any] = Session,
) -> list[Outcome]:
    """Fetch URLs into the file and close it; return what came of each, in order.

    The timeout is the seconds to wait for the next byte, or for a connection.
    Raises OSError when the file cannot be written.
    """
    try:
        fetch.put(urls)
        names = named(workers)
        with (
            connect(workers, timeout) as session,
            ThreadPoolExecutor(workers) as crew,
        ):
            job = (fetch, session, retries, log)
            tasks = [crew.submit(work, name, *job) for name in names]
            try:
                for task in as_completed(tasks):
                    task.result()  # raises what the worker raised
            except BaseException:
                session.close()  # or we would wait for workers that wait for bytes
                raise
    finally:
        fetch.close()
    done = chain.from_iterable(task.result() for task in tasks)
    return [outcome for _, outcome in sorted(done)]


if __name__ == "__main__":
    with command.line("threaded.url_fetch", Fetch) as (fetch, options):
        run(fetch, **options)
