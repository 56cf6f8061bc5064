"""Every form of the fetch beside the installed tools of other projects.

Run it: python -m bench.studies.fetch_peers

The cases are small bodies, answers that wait, and large bodies.  All tools fetch the
same bodies from the same origin.  In each round they run one after another, in a new
order, and every checksum is compared each time.  Small bodies are stored in memory if
the system has a place for that.  The reason is that curl makes a file for each of
20,000 bodies, and on a disk this takes longer than the fetch.  Client libraries with
their default behaviour run too; some have a form for threads and one for asyncio.

The study prints the speed of each tool as a ratio to the named peer: the median of the
rounds and the range.  Then it prints whether the forms are as fast and as small as
their targets require.  It takes minutes, and 2 GiB of disk for a while; with --wanted,
half of that.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import click

from bench.errors import CannotRunError
from bench.origin import Origin
from bench.studies import fetch_targets
from bench.studies.fetch_clients import BOTH
from bench.studies.fetch_runs import MIB, Run
from bench.studies.fetch_targets import TARGETS, Row
from bench.studies.fetch_tools import FORMS, LIBRARIES, PEERS, Place, is_here, measure

UNMET = 1  # exit status, also for a wrong body


class WrongBodyError(Exception):
    """A form or a peer did not store what was sent."""


@dataclass(frozen=True)
class Case:
    """A list of URLs, the number of workers, and the peer whose speed is 1."""

    name: str
    count: int
    body_bytes: int
    workers: int
    delay_seconds: float
    measure: str
    on_disk: bool = False


CASES = [
    Case("small", 20_000, 1024, 64, 0.0, "curl -Z"),
    Case("latency", 20_000, 1024, 1000, 0.05, "h2load"),
    Case("large", 10, 100 * MIB, 4, 0.0, "curl", on_disk=True),
]
MEMORY = Path("/dev/shm")
# If the peer of a case does not run, the first of these that runs replaces it.
MEASURES = ("curl -Z", "h2load", "urllib3 threads")


def contenders(case: Case, wanted_only: bool) -> list[str]:
    """The forms and peers that fit the case, or only those that its targets name."""
    if wanted_only:
        named = {name for one in TARGETS if one.case == case.name for name in one.names}
        named.add(case.measure)
        return [name for name in (*FORMS, *PEERS) if name in named]
    left_out = set()
    if case.measure != "curl":
        # curl without -Z fetches one body after another, which takes too long
        left_out.add("curl")
    if case.name != "small":
        left_out |= {"lean threads, 8", "lean threads, 1 core"}
    if case.on_disk:
        left_out |= set(LIBRARIES)  # each library holds whole bodies in memory
    return [name for name in (*FORMS, *LIBRARIES, *PEERS) if name not in left_out]


def measure_of(case: Case, names: list[str]) -> str:
    """The tool whose speed is 1: the peer of the case, or the next one that runs."""
    return next(name for name in (case.measure, *MEASURES, *names) if name in names)


def scaled(case: Case, scale: float) -> Case:
    """A part of a case: fewer URLs if there are many, otherwise smaller bodies."""
    if case.count > 1000:
        return replace(case, count=max(1, round(case.count * scale)))
    return replace(case, body_bytes=max(1, round(case.body_bytes * scale)))


def rounds(
    case: Case, names: list[str], count: int, directory: Path
) -> Iterator[dict[str, Run]]:
    """The run of each tool in each round; raises WrongBodyError."""
    delay = {"delay": case.delay_seconds} if case.delay_seconds else {}
    with Origin() as origin:
        urls = origin.urls(case.count, case.body_bytes, **delay)
        place = Place(directory, urls, case.workers)
        for turn in range(count):
            first = turn % len(names)
            results = {}
            for name in (*names[first:], *names[:first]):
                show_progress(f"{case.name}: {turn + 1}/{count} {name}")
                results[name], wrong = measure(name, place)
                if wrong:
                    raise WrongBodyError(f"{name}, {case.name}: {wrong}")
            yield results
    show_progress("")


def place_for(case: Case) -> Path:
    """The directory for the bodies of a case."""
    return (
        Path(tempfile.gettempdir()) if case.on_disk or not MEMORY.is_dir() else MEMORY
    )


def show_progress(words: str) -> None:
    """Overwrite the last line, if the output is a terminal."""
    if sys.stderr.isatty():
        click.echo(f"\r\033[K{words}", nl=False, err=True)


def table(case: Case, found: list[dict[str, Run]], one: str) -> Iterator[str]:
    """The lines of a case, the fastest first; the speed of `one` is 1."""
    yield (
        f"{case.name}: {case.count} x {case.body_bytes} bytes, {case.workers} at a"
        f" time, {len(found)} rounds"
    )
    yield f"  {'':22} {'seconds':>8} {'us CPU/URL':>10} {'MiB':>5}  speed, {one} = 1"
    for name in sorted(found[0], key=lambda name: median_of(found, name)):
        ratios = [each[one].seconds / each[name].seconds for each in found]
        cpu = median(each[name].cpu_seconds for each in found) / case.count * 1e6
        peak = found[0][name].peak_mib
        yield (
            f"  {name:22} {median_of(found, name):8.2f} {cpu:10.0f} "
            f"{'' if peak is None else round(peak):>5} "
            f" {median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        )


def both_forms(found: list[dict[str, Run]]) -> Iterator[str]:
    """The effect of the model on libraries that have both forms on one core."""
    for name in BOTH:
        threads, asyncio = f"{name}, threads", f"{name}, asyncio"
        if threads in found[0] and asyncio in found[0]:
            ratios = [each[threads].seconds / each[asyncio].seconds for each in found]
            yield (
                f"  {name}: asyncio is {median(ratios):.2f} times as fast as threads"
                f" ({min(ratios):.2f} to {max(ratios):.2f})"
            )


def median_of(found: list[dict[str, Run]], name: str) -> float:
    return median(each[name].seconds for each in found)


def compare(
    case: Case, count: int, directory: Path, wanted_only: bool
) -> list[dict[str, Run]]:
    """Run the rounds of a case, print its table, and say what is not installed."""
    names = contenders(case, wanted_only)
    here = [name for name in names if is_here(name)]
    if absent := [name for name in names if name not in here]:
        click.echo(f"{case.name}: not installed: {', '.join(absent)}")
    with tempfile.TemporaryDirectory(dir=directory) as place:
        found = list(rounds(case, here, count, Path(place)))
    for line in (*table(case, found, measure_of(case, here)), *both_forms(found)):
        click.echo(line)
    return found


def judge(rows: list[Row]) -> int:
    """Print which targets are met; return the exit status."""
    click.echo(fetch_targets.heading())
    for row in rows:
        click.echo(str(row))
    return UNMET if any(row.met is False for row in rows) else 0


@click.command()
@click.option("--case", "names", multiple=True,
    type=click.Choice([case.name for case in CASES]),
    help="Only this case; may be given again.  Default: all.")  # fmt: skip
@click.option("--rounds", "count", type=click.IntRange(1), default=5, show_default=True,
    metavar="N", help="Rounds of each case.")  # fmt: skip
@click.option("--wanted", "wanted_only", is_flag=True,
    help="Only the forms and peers that a target names.")  # fmt: skip
@click.option("--scale", type=click.FloatRange(0.01, 10), default=1.0,
    show_default=True,
    help="Factor for the URLs or the size of large bodies; with 1, targets are judged.",
)  # fmt: skip
@click.option("--directory", metavar="DIR", default=None,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Directory for bodies, for a while.  Default: large ones on the disk.",
)  # fmt: skip
def main(
    names: tuple[str, ...],
    count: int,
    wanted_only: bool,
    scale: float,
    directory: Path | None,
) -> None:
    """Print how fast each form and each peer is, and which targets are met.

    A target is met when the median of the rounds meets it.  Exit status: 0 if all are
    met, 1 if one is not met or a body is wrong, 2 if the study cannot run.
    """
    rows: list[Row] = []
    try:
        for whole in CASES:
            if names and whole.name not in names:
                continue
            case = scaled(whole, scale)
            place = directory or place_for(case)
            found = compare(case, count, place, wanted_only)
            rows += fetch_targets.rows(case.name, found, case.count)
    except WrongBodyError as problem:
        click.echo(f"wrong: {problem}")
        sys.exit(UNMET)
    except CannotRunError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
    if scale == 1.0:
        sys.exit(judge(rows))


if __name__ == "__main__":
    main()
