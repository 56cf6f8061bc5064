"""The tools that fetch a list of URLs: this project's forms, and other tools."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bench.studies import fetch_clients
from bench.studies.fetch_runs import (
    Run,
    digest,
    expected,
    run,
    seed_of,
    tool_command,
    wrong_in,
)

FORMS = {
    "lean threads": ("threaded.lean_fetch",),
    "lean threads, 8": ("threaded.lean_fetch", "--workers", "8"),
    "lean threads, 1 core": ("threaded.lean_fetch", "--workers", "8", "--cores", "one"),
    "lean asyncio": ("asyncio_impl.lean_fetch",),
    "lean asyncio, uvloop": ("asyncio_impl.lean_fetch", "--loop", "uvloop"),
    "urllib3 threads": ("threaded.url_fetch",),
    "aiohttp": ("asyncio_impl.url_fetch",),
    "aiohttp, uvloop": ("asyncio_impl.url_fetch", "--loop", "uvloop"),
    "lean anyio": ("asyncio_impl.on_anyio.lean_fetch",),
}
LIBRARIES = {
    name: ("bench.studies.fetch_clients", name) for name in fetch_clients.CLIENTS
}
CURL_AT_ONCE = 300  # more at once is refused by curl


@dataclass(frozen=True)
class Place:
    """The directory with the lists of a run and its bodies."""

    directory: Path
    urls: list[str]
    workers: int

    @property
    def listing(self) -> Path:
        return self.directory / "urls.txt"

    @property
    def bodies(self) -> Path:
        return self.directory / "bodies"

    @property
    def output(self) -> Path:
        return self.directory / "out"

    def prepare(self) -> None:
        """Write the list in the form of each tool, and delete earlier output."""
        shutil.rmtree(self.bodies, ignore_errors=True)
        self.output.unlink(missing_ok=True)
        self.bodies.mkdir()
        self.listing.write_text("\n".join(self.urls))
        numbered = list(enumerate(self.urls))
        (self.directory / "curl.txt").write_text(
            "".join(f'url="{u}"\noutput="{self.bodies}/{n}"\n' for n, u in numbered)
        )
        (self.directory / "aria.txt").write_text(
            "".join(f"{u}\n  out={n}\n" for n, u in numbered)
        )
        if hasattr(os, "sync"):
            os.sync()  # otherwise the writes of the last run would slow the next one


def curl(place: Place) -> list[str]:
    return ["curl", "-s", "-K", str(place.directory / "curl.txt")]


def curl_parallel(place: Place) -> list[str]:
    at_once = str(min(CURL_AT_ONCE, place.workers))
    return [*curl(place), "-Z", "--parallel-max", at_once]


def h2load(place: Place) -> list[str]:
    count, workers = len(place.urls), min(place.workers, len(place.urls))
    return [
        *("h2load", "--h1", "-t1", "-n", str(count), "-c", str(workers)),
        *("-i", str(place.listing)),
    ]


def aria2c(place: Place) -> list[str]:
    return [
        *("aria2c", "-q", "-x1", "-j", str(place.workers), "--file-allocation=none"),
        *("-d", str(place.bodies), "-i", str(place.directory / "aria.txt")),
    ]


def wget2(place: Place) -> list[str]:
    return [
        *("wget2", "-q", "--no-robots", f"--max-threads={place.workers}"),
        *("-P", str(place.bodies), "-i", str(place.listing)),
    ]


PEERS: dict[str, Callable[[Place], list[str]]] = {
    "curl": curl,
    "curl -Z": curl_parallel,
    "h2load": h2load,
    "aria2c": aria2c,
    "wget2": wget2,
}
UNCHECKED = {"h2load"}  # it stores no bodies


def is_here(name: str) -> bool:
    """Whether a form or a peer can run on this machine."""
    if name in FORMS:
        return not name.endswith("uvloop") or find_spec("uvloop") is not None
    if name in LIBRARIES:
        return find_spec(fetch_clients.CLIENTS[name]) is not None
    return shutil.which(name.split()[0]) is not None


def measure(name: str, place: Place) -> tuple[Run, str | None]:
    """One run of a form or a peer, and what is wrong with its bodies."""
    place.prepare()
    ours = FORMS | LIBRARIES
    if name in ours:
        tool, *more = ours[name]
        ran = run(tool_command(tool, place.listing, place.output, place.workers, *more))
        return ran, wrong_in(place.output, place.urls)
    ran = run(PEERS[name](place))
    return ran, None if name in UNCHECKED else wrong_files(place)


def wrong_files(place: Place) -> str | None:
    """Check the files of a peer; their names are numbers, or the ends of their URLs."""
    found = {path.name: path for path in place.bodies.iterdir()}
    for number, url in enumerate(place.urls):
        path = found.get(str(number)) or found.get(url.rpartition("/")[2])
        if path is None:
            return f"{url}: no file"
        size = int(url.partition("/bytes/")[2].partition("?")[0])
        with path.open("rb") as file:
            same = digest(file, size) == expected(seed_of(url), size)
            if path.stat().st_size != size or not same:
                return f"{url}: not the bytes that were sent"
    return None
