"""Client libraries with their default behaviour, over a list of URLs.

    python -m bench.studies.fetch_clients URLS.txt -o OUT [--workers N] CLIENT

The study separates the library from the model.  Some libraries have a form for threads
and one for asyncio over one core (pyqwest, pyreqwest, httpx2): they show the effect of
the model. http.client, urllib3 and aiohttp show the cost of what the fetches of this
repository guarantee.  Nothing is retried, no limit is enforced, and bodies are held
whole.  OUT and its index have the form of those of `url_fetch`.
"""

import asyncio
import json
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

Get = Callable[[str], bytes]
GetLater = Callable[[str], Awaitable[bytes]]


class Output:
    """The file of bodies and its index; only one call at a time."""

    def __init__(self, path: Path) -> None:
        self.bodies = path.open("wb")
        self.index = path.with_name(path.name + ".index.jsonl").open("w")
        self.offset = 0

    def add(self, number: int, url: str, body: bytes) -> None:
        """Append a body and its line."""
        self.bodies.write(body)
        line = {
            "number": number, "url": url, "offset": self.offset, "length": len(body),
            "error": None,
        }  # fmt: skip
        self.index.write(json.dumps(line) + "\n")
        self.offset += len(body)

    def close(self) -> None:
        self.bodies.close()
        self.index.close()


@contextmanager
def http_client(workers: int) -> Iterator[Get]:
    """The standard library: one connection for each thread and host."""
    from http.client import HTTPConnection

    kept: dict[tuple[int, str], HTTPConnection] = {}

    def get(url: str) -> bytes:
        parts = urlsplit(url)
        key = threading.get_ident(), parts.netloc
        if key not in kept:
            kept[key] = HTTPConnection(parts.netloc)
        kept[key].request("GET", f"{parts.path}?{parts.query}")
        return kept[key].getresponse().read()

    try:
        yield get
    finally:
        for connection in kept.values():
            connection.close()


@contextmanager
def urllib3_(workers: int) -> Iterator[Get]:
    import urllib3

    with urllib3.PoolManager(maxsize=workers, block=True) as pool:
        yield lambda url: pool.request("GET", url).data


@contextmanager
def pyqwest_(workers: int) -> Iterator[Get]:
    client = _module("pyqwest").SyncClient()
    yield lambda url: client.get(url).content


@contextmanager
def pyreqwest_(workers: int) -> Iterator[Get]:
    with _module("pyreqwest.client").SyncClientBuilder().build() as client:
        yield lambda url: client.get(url).build().send().bytes()


@contextmanager
def httpx2_(workers: int) -> Iterator[Get]:
    with _module("httpx2").Client(**_limits(workers)) as client:
        yield lambda url: client.get(url).content


@asynccontextmanager
async def aiohttp_(workers: int) -> AsyncIterator[GetLater]:
    import aiohttp

    connector = aiohttp.TCPConnector(limit=workers)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def get(url: str) -> bytes:
            async with session.get(url) as response:
                return await response.read()

        yield get


@asynccontextmanager
async def pyqwest_later(workers: int) -> AsyncIterator[GetLater]:
    client = _module("pyqwest").Client()

    async def get(url: str) -> bytes:
        body: bytes = (await client.get(url)).content
        return body

    yield get


@asynccontextmanager
async def pyreqwest_later(workers: int) -> AsyncIterator[GetLater]:
    async with _module("pyreqwest.client").ClientBuilder().build() as client:

        async def get(url: str) -> bytes:
            response = await client.get(url).build().send()
            body: bytes = await response.bytes()
            return body

        yield get


@asynccontextmanager
async def httpx2_later(workers: int) -> AsyncIterator[GetLater]:
    async with _module("httpx2").AsyncClient(**_limits(workers)) as client:

        async def get(url: str) -> bytes:
            body: bytes = (await client.get(url)).content
            return body

        yield get


def _module(name: str) -> Any:
    """A library that may be missing."""
    import importlib

    return importlib.import_module(name)


def _limits(workers: int) -> dict[str, Any]:
    limits = _module("httpx2").Limits(
        max_connections=workers, max_keepalive_connections=workers
    )
    return {"limits": limits, "timeout": 60.0}


THREADS: dict[str, Callable[[int], Any]] = {
    "http.client": http_client,
    "urllib3": urllib3_,
    "pyqwest": pyqwest_,
    "pyreqwest": pyreqwest_,
    "httpx2": httpx2_,
}
ASYNCIO: dict[str, Callable[[int], Any]] = {
    "aiohttp": aiohttp_,
    "pyqwest": pyqwest_later,
    "pyreqwest": pyreqwest_later,
    "httpx2": httpx2_later,
}
# For each library, the name of its row and the module that it needs.
CLIENTS = {
    **{f"{name}, threads": name for name in THREADS},
    **{f"{name}, asyncio": name for name in ASYNCIO},
}
# libraries with one core in both models
BOTH = [name for name in THREADS if name in ASYNCIO]


def on_threads(name: str, urls: list[str], output: Output, workers: int) -> None:
    """Fetch all URLs; each worker takes the next URL when it is done with one."""
    left, lock = zip(count(1), urls, strict=False), threading.Lock()
    failures: list[BaseException] = []

    def work(get: Get) -> None:
        try:
            while not failures:
                with lock:
                    number, url = next(left, (0, ""))
                if not number:
                    return
                body = bytes(get(url))
                with lock:
                    output.add(number, url, body)
        except BaseException as error:
            failures.append(error)

    with THREADS[name](workers) as get:
        crew = [threading.Thread(target=work, args=(get,)) for _ in range(workers)]
        for one in crew:
            one.start()
        for one in crew:
            one.join()
    if failures:
        raise failures[0]


async def on_tasks(name: str, urls: list[str], output: Output, workers: int) -> None:
    """Fetch all URLs on tasks; each takes the next URL when it is done with one."""
    left = zip(count(1), urls, strict=False)

    async def work(get: GetLater) -> None:
        for number, url in left:
            output.add(number, url, bytes(await get(url)))

    async with ASYNCIO[name](workers) as get, asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work(get))


@click.command()
@click.argument("urls", type=click.Path(exists=True, path_type=Path))
@click.argument("client", type=click.Choice(list(CLIENTS)))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path))
@click.option("--workers", default=8, show_default=True, type=click.IntRange(1))
@click.option("-q", "--quiet", is_flag=True, help="Print nothing.")
def main(client: str, urls: Path, output: Path, workers: int, quiet: bool) -> None:
    """Fetch a list of URLs with a client library; the first failure ends it."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]  # the origin is on this machine
    listed = urls.read_text(encoding="utf-8").split()
    opened = Output(output)
    name = CLIENTS[client]
    try:
        if client.endswith("threads"):
            on_threads(name, listed, opened, min(workers, len(listed)))
        else:
            asyncio.run(on_tasks(name, listed, opened, min(workers, len(listed))))
    finally:
        opened.close()
    if not quiet:
        click.echo(f"{len(listed)} URLs done")


if __name__ == "__main__":
    main()
