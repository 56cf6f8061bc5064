"""The memory of a fetch as a whole process, and a check of its bodies.

Run it: python -m bench.studies.fetch_memory
10,000 URLs of 1 KiB and 10 of 100 MiB, with and without a length, by every form of
the tool, with few workers and many; every body is compared with the one sent.  It takes
some minutes, and 1 GiB of disk for a while.
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import click

from bench.errors import CannotRunError
from bench.origin import Origin, content

LIMIT_MIB = 80
MIB = 1024 * 1024
TOOLS = [
    f"{package}.{tool}"
    for tool in ("url_fetch", "lean_fetch")
    for package in ("threaded", "asyncio_impl", "asyncio_impl.on_anyio")
]
# Runs a tool as `python -m` does, and prints the peak memory of its process.
MEASURED = """
import pathlib, re, runpy, sys
tool = sys.argv.pop(1)
try:
    runpy.run_module(tool, run_name="__main__", alter_sys=True)
finally:
    status = pathlib.Path("/proc/self/status").read_text()
    print(re.search(r"VmHWM:\\s+(\\d+)", status)[1])
"""


@dataclass(frozen=True)
class Reading:
    """The result of one run of a tool."""

    tool: str
    bodies: str
    workers: int
    seconds: float
    peak_mib: float
    wrong: str | None  # why its bodies are wrong

    def __str__(self) -> str:
        verdict = self.wrong or ("ok" if self.peak_mib < LIMIT_MIB else "too large")
        return (
            f"{self.tool:32} {self.bodies:18} {self.workers:7} {self.seconds:8.1f} "
            f"{self.peak_mib:9.1f}  {verdict}"
        )


def lists(origin: Origin, scale: float) -> dict[str, list[str]]:
    """The lists of URLs to fetch, by their bodies."""
    small, large = max(1, round(10_000 * scale)), max(1, round(100 * scale))
    return {
        f"{small:,} x 1 KiB": origin.urls(small, 1024),
        f"10 x {large} MiB": origin.urls(10, large * MIB),
        f"10 x {large} MiB chunked": origin.urls(10, large * MIB, framing="chunked"),
    }


def wrong_in(output: Path, urls: list[str]) -> str | None:
    """Check that each body is the one that the origin sent, and the index complete."""
    lines = output.with_name(output.name + ".index.jsonl").read_text().splitlines()
    entries = [json.loads(line) for line in lines]
    if sorted(entry["url"] for entry in entries) != sorted(urls):
        return f"{len(entries)} lines for {len(urls)} URLs, or not the same ones"
    if sum(entry["length"] or 0 for entry in entries) != output.stat().st_size:
        return "the file has bytes that no line accounts for"
    with output.open("rb") as file:
        for entry in entries:
            if entry["error"]:
                return f"{entry['url']}: {entry['error']}"
            seed = int(parse_qs(urlsplit(entry["url"]).query)["seed"][0])
            file.seek(entry["offset"])
            digest, left = hashlib.sha256(), entry["length"]
            while chunk := file.read(min(MIB, left)):
                digest.update(chunk)
                left -= len(chunk)
            if digest.hexdigest() != content.sha256(seed, entry["length"]):
                return f"{entry['url']}: not the bytes that were sent"
    return None


def read(tool: str, bodies: str, urls: list[str], workers: int, place: Path) -> Reading:
    """Run a tool on a list in a fresh process, and check its output."""
    listing, output = place / "urls.txt", place / "out"
    listing.write_text("\n".join(urls))
    command = [sys.executable, "-c", MEASURED, tool, str(listing), "-o", str(output)]
    started = time.perf_counter()
    ended = subprocess.run(
        [*command, "-q", "--workers", str(workers)],
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - started
    peak = re.fullmatch(r"(\d+)\s*", ended.stdout)
    if ended.returncode not in (0, 1) or not peak:
        raise CannotRunError(f"{tool} ended with {ended.returncode}: {ended.stderr}")
    wrong = wrong_in(output, urls)
    return Reading(tool, bodies, workers, seconds, int(peak[1]) / 1024, wrong)


def readings(scale: float) -> Iterator[Reading]:
    """A reading for each tool, list and number of workers."""
    with Origin() as origin, tempfile.TemporaryDirectory() as place:
        for bodies, urls in lists(origin, scale).items():
            for tool in TOOLS:
                for workers in (8, 64):
                    yield read(tool, bodies, urls, workers, Path(place))


@click.command()
@click.option(
    "--scale",
    type=click.FloatRange(0.01, 10),
    default=1.0,
    show_default=True,
    help="Part of the bodies, and of the size of the large ones.",
)
def main(scale: float) -> None:
    """Print the memory of each form of the fetch; status 1 if one fails."""
    if not Path("/proc/self/status").exists():
        raise click.ClickException("this system does not report peak memory")
    click.echo(
        f"{'tool':32} {'bodies':18} {'workers':>7} {'seconds':>8} {'peak MiB':>9}"
    )
    failed = False
    for reading in readings(scale):
        click.echo(str(reading))
        failed |= bool(reading.wrong) or reading.peak_mib >= LIMIT_MIB
    sys.exit(failed)


if __name__ == "__main__":
    main()
