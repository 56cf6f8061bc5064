"""The memory of a whole process that fetches, and whether its bodies are correct.

Run it: python -m bench.studies.fetch_memory

Every form of the tool fetches 10,000 URLs of 1 KiB and 10 of 100 MiB, with few workers
and with many.  Bodies are sent with and without a length.  Every body is compared with
what was sent.  This takes some minutes, and 1 GiB of disk for a while.

--many N compares the memory for N URLs with the memory for a tenth and a hundredth of
them: 16 bytes each, all into one file.  A million URLs take about half an hour, and 0.3
GiB of disk.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bench.origin import Origin
from bench.studies.fetch_runs import MIB, run, tool_command, wrong_in

LIMIT_MIB = 80
# limit of the ratio of the most memory to the least, over all numbers of URLs
LIMIT_GROWTH = 1.1
TOOLS = [
    f"{package}.{tool}"
    for tool in ("url_fetch", "lean_fetch")
    for package in ("threaded", "asyncio_impl", "asyncio_impl.on_anyio")
]


@dataclass(frozen=True)
class Reading:
    """The result of one run of a tool."""

    tool: str
    bodies: str
    workers: int
    seconds: float
    peak_mib: float
    wrong: str | None  # the reason if its bodies are wrong

    def __str__(self) -> str:
        verdict = self.wrong or ("ok" if self.peak_mib < LIMIT_MIB else "too large")
        return (
            f"{self.tool:32} {self.bodies:18} {self.workers:7} {self.seconds:8.1f} "
            f"{self.peak_mib:9.1f}  {verdict}"
        )


def lists(origin: Origin, scale: float) -> dict[str, list[str]]:
    """Lists of URLs to fetch, by the kind of their bodies."""
    small, large = max(1, round(10_000 * scale)), max(1, round(100 * scale))
    return {
        f"{small:,} x 1 KiB": origin.urls(small, 1024),
        f"10 x {large} MiB": origin.urls(10, large * MIB),
        f"10 x {large} MiB chunked": origin.urls(10, large * MIB, framing="chunked"),
    }


def read(tool: str, bodies: str, urls: list[str], workers: int, place: Path) -> Reading:
    """Run a tool on a list in a fresh process, and check its output."""
    listing, output = place / "urls.txt", place / "out"
    listing.write_text("\n".join(urls))
    ran = run(tool_command(tool, listing, output, workers))
    wrong = wrong_in(output, urls)
    return Reading(tool, bodies, workers, ran.seconds, ran.peak_mib or 0.0, wrong)


def readings(scale: float) -> Iterator[Reading]:
    """A reading for each tool, each list and each number of workers."""
    with Origin() as origin, tempfile.TemporaryDirectory() as place:
        for bodies, urls in lists(origin, scale).items():
            for tool in TOOLS:
                for workers in (8, 64):
                    yield read(tool, bodies, urls, workers, Path(place))


def growing(many: int, tools: Sequence[str]) -> Iterator[Reading]:
    """For each tool, three readings: with a hundredth, a tenth, and all of the URLs."""
    with Origin() as origin, tempfile.TemporaryDirectory() as place:
        for tool in tools:
            for count in (max(1, many // 100), max(1, many // 10), many):
                urls = origin.urls(count, 16)
                yield read(tool, f"{count:,} x 16 B", urls, 16, Path(place))


def growth(found: Sequence[Reading]) -> float:
    """The most memory over the least."""
    peaks = [reading.peak_mib for reading in found]
    return max(peaks) / min(peaks)


@click.command()
@click.option(
    "--scale",
    type=click.FloatRange(0.01, 10),
    default=1.0,
    show_default=True,
    help="Factor for the number of bodies and for the size of large bodies.",
)
@click.option(
    "--many",
    type=click.IntRange(100),
    metavar="N",
    help="Compare the memory for N URLs with that for a tenth and a hundredth of them.",
)
@click.option("--tool", "tools", multiple=True, type=click.Choice(TOOLS),
    help="With --many: only this form; may be given again.  Default: all.")  # fmt: skip
def main(scale: float, many: int | None, tools: tuple[str, ...]) -> None:
    """Print the memory of each form of the fetch; status 1 if one fails."""
    if not Path("/proc/self/status").exists():
        raise click.ClickException("this system does not report peak memory")
    click.echo(
        f"{'tool':32} {'bodies':18} {'workers':>7} {'seconds':>8} {'peak MiB':>9}"
    )
    failed = False
    if many is None:
        for reading in readings(scale):
            click.echo(str(reading))
            failed |= bool(reading.wrong) or reading.peak_mib >= LIMIT_MIB
    else:
        found: dict[str, list[Reading]] = {}
        for reading in growing(many, tools or TOOLS):
            click.echo(str(reading))
            found.setdefault(reading.tool, []).append(reading)
            failed |= reading.wrong is not None
        for tool, of_tool in found.items():
            is_flat = growth(of_tool) <= LIMIT_GROWTH
            click.echo(
                f"{tool:32} {'flat' if is_flat else 'not flat'}: the most memory is"
                f" {growth(of_tool):.2f} times the least"
            )
            failed |= not is_flat
    sys.exit(failed)


if __name__ == "__main__":
    main()
