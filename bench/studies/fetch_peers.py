"""Every form of the fetch beside the tools of the field that are installed.

Run it: python -m bench.studies.fetch_peers
Small bodies, answers that wait, large bodies; the same origin and the same bodies for
all, one after another in each round and in another order in the next, every checksum
compared each time.  It prints each one's speed as a ratio to the peer that is named,
the median of the rounds and the range.  It takes a quarter of an hour, and 2 GiB of
disk for a while.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import click

from bench.errors import CannotRunError
from bench.origin import Origin, content
from bench.studies.fetch_runs import (
    MIB,
    Run,
    digest,
    run,
    seed_of,
    tool_command,
    wrong_in,
)


@dataclass(frozen=True)
class Case:
    """A list of URLs, how many at a time, and which peer is the measure."""

    name: str
    count: int
    body_bytes: int
    workers: int
    delay_seconds: float
    measure: str


CASES = [
    Case("small", 20_000, 1024, 64, 0.0, "curl -Z"),
    Case("few workers", 20_000, 1024, 8, 0.0, "curl -Z"),
    Case("latency", 20_000, 1024, 1000, 0.05, "h2load"),
    Case("large", 10, 100 * MIB, 4, 0.0, "curl"),
]
FORMS = {
    "lean threads": ("threaded.lean_fetch",),
    "lean asyncio": ("asyncio_impl.lean_fetch",),
    "lean asyncio, uvloop": ("asyncio_impl.lean_fetch", "--loop", "uvloop"),
    "urllib3 threads": ("threaded.url_fetch",),
    "aiohttp": ("asyncio_impl.url_fetch",),
    "aiohttp, uvloop": ("asyncio_impl.url_fetch", "--loop", "uvloop"),
    "lean anyio": ("asyncio_impl.on_anyio.lean_fetch",),
}


@dataclass(frozen=True)
class Place:
    """Where a run finds its lists and leaves its bodies."""

    directory: Path
    urls: list[str]
    workers: int

    @property
    def listing(self) -> Path:
        return self.directory / "urls.txt"

    @property
    def bodies(self) -> Path:
        return self.directory / "bodies"

    def prepare(self) -> None:
        """Write the list in the form of each tool, and empty what is there."""
        shutil.rmtree(self.bodies, ignore_errors=True)
        self.bodies.mkdir()
        self.listing.write_text("\n".join(self.urls))
        numbered = list(enumerate(self.urls))
        (self.directory / "curl.txt").write_text(
            "".join(f'url="{u}"\noutput="{self.bodies}/{n}"\n' for n, u in numbered)
        )
        (self.directory / "aria.txt").write_text(
            "".join(f"{u}\n  out={n}\n" for n, u in numbered)
        )


def curl(place: Place) -> list[str]:
    return ["curl", "-s", "-K", str(place.directory / "curl.txt")]


def curl_parallel(place: Place) -> list[str]:
    at_once = str(min(300, place.workers))  # it takes no more
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
UNCHECKED = {"h2load"}  # it keeps no bodies


def wrong_files(place: Place) -> str | None:
    """Check the files of a peer: named by number, or by the end of their URL."""
    found = {path.name: path for path in place.bodies.iterdir()}
    for number, url in enumerate(place.urls):
        path = found.get(str(number)) or found.get(url.rpartition("/")[2])
        if path is None:
            return f"{url}: no file"
        size = int(url.partition("/bytes/")[2].partition("?")[0])
        with path.open("rb") as file:
            if path.stat().st_size != size or digest(file, size) != content.sha256(
                seed_of(url), size
            ):
                return f"{url}: not the bytes that were sent"
    return None


def measure(name: str, place: Place) -> tuple[Run, str | None]:
    """One run of a form or a peer, and what is wrong with its bodies."""
    place.prepare()
    if name in FORMS:
        tool, *more = FORMS[name]
        output = place.directory / "out"
        ran = run(tool_command(tool, place.listing, output, place.workers, *more))
        return ran, wrong_in(output, place.urls)
    ran = run(PEERS[name](place))
    return ran, None if name in UNCHECKED else wrong_files(place)


def contenders(case: Case) -> list[str]:
    """Who takes part: every form, and the peers that are here and fit the case."""
    here = [name for name in PEERS if shutil.which(name.split()[0])]
    if case.measure not in here:
        raise CannotRunError(
            f"{case.name} is measured against {case.measure}, which is not installed; "
            "install it, or choose other cases with --case"
        )
    if case.measure != "curl" and "curl" in here:
        here.remove("curl")  # one small body after another, it takes too long
    return [*FORMS, *here]


def scaled(case: Case, scale: float) -> Case:
    """A part of a case: of its URLs where they are many, else of their bodies."""
    if case.count > 1000:
        return replace(case, count=max(1, round(case.count * scale)))
    return replace(case, body_bytes=max(1, round(case.body_bytes * scale)))


def rounds(case: Case, count: int, directory: Path) -> Iterator[dict[str, Run]]:
    """What each took in each round; raises CannotRunError for a wrong body."""
    names = contenders(case)
    delay = {"delay": case.delay_seconds} if case.delay_seconds else {}
    with Origin() as origin:
        urls = origin.urls(case.count, case.body_bytes, **delay)
        place = Place(directory, urls, case.workers)
        for turn in range(count):
            order = names[turn % len(names) :] + names[: turn % len(names)]
            results = {}
            for name in order:
                show_progress(f"{case.name}: {turn + 1}/{count} {name}")
                results[name], wrong = measure(name, place)
                if wrong:
                    raise CannotRunError(f"{name}, {case.name}: {wrong}")
            yield results


def show_progress(words: str) -> None:
    """Write over the line before, where a person is looking."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{words}", nl=False, err=True)


def table(case: Case, found: list[dict[str, Run]]) -> Iterator[str]:
    """The lines of a case, the fastest first."""
    yield (
        f"{case.name}: {case.count} x {case.body_bytes} bytes, {case.workers} at a"
        f" time, {len(found)} rounds"
    )
    yield (
        f"  {'':22} {'seconds':>8} {'us CPU/URL':>10} {'MiB':>5} "
        f" speed, {case.measure} = 1"
    )
    for name in sorted(found[0], key=lambda name: median_of(found, name)):
        ratios = [each[case.measure].seconds / each[name].seconds for each in found]
        cpu = median(each[name].cpu_seconds for each in found) / case.count * 1e6
        peak = found[0][name].peak_mib
        yield (
            f"  {name:22} {median_of(found, name):8.2f} {cpu:10.0f} "
            f"{'' if peak is None else round(peak):>5} "
            f" {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        )


def median_of(found: list[dict[str, Run]], name: str) -> float:
    return median(each[name].seconds for each in found)


@click.command()
@click.option("--case", "names", multiple=True,
    type=click.Choice([case.name for case in CASES]),
    help="Only this case; may be given again.  Default: all.")  # fmt: skip
@click.option("--rounds", "count", type=click.IntRange(1), default=5, show_default=True,
    metavar="N", help="Rounds of each case.")  # fmt: skip
@click.option("--scale", type=click.FloatRange(0.01, 10), default=1.0,
    show_default=True,
    help="Part of the URLs, or of the size of large bodies.")  # fmt: skip
def main(names: tuple[str, ...], count: int, scale: float) -> None:
    """Print how fast each form and each peer is; status 2 if a body is wrong."""
    try:
        for whole in CASES:
            if names and whole.name not in names:
                continue
            case = scaled(whole, scale)
            with tempfile.TemporaryDirectory() as directory:
                found = list(rounds(case, count, Path(directory)))
            for line in table(case, found):
                click.echo(line)
    except CannotRunError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
