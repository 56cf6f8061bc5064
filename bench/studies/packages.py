"""Packages from PyPI, unmodified, explored where they are installed.

    python -m bench.studies.packages [--install FOLDER] [--only WORD]

Each scenario runs with the release that it names.  An old release with a known race
must be found broken, and the release that fixes the race must hold.  `--install` lets
pip install what is missing into one folder for each release.  `--folder` takes the
releases from there without pip.  Without either option, only the releases in this
environment are explored.

Exit status: 0 if each verdict is the expected one, 1 if one is not, 2 if nothing was
explored.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console
from rich.table import Table

from bench.studies.package_cases import CASES, Case

PROGRAMS = Path(__file__).with_name("package_programs")
ROOT = Path(__file__).parents[2]  # the directory that contains the package `bench`
INSTALL_SECONDS = 180.0
SPARE_SECONDS = 30.0  # in addition to the limit of a search: to start and to replay


@dataclass(frozen=True)
class Row:
    """A case, and the result of its exploration.

    - `verdict`: "holds", "broken", "cut" or "refused"; empty if it was not explored.
    - `seconds`: the time of the search.
    - `start`: the time of the rest of the process, in seconds; it is mainly imports.
    """

    case: Case
    verdict: str = ""
    schedules: int = 0
    seconds: float = 0.0
    start: float = 0.0
    not_seen: tuple[str, ...] = ()
    reason: str = ""

    @property
    def as_expected(self) -> bool:
        return self.verdict == self.case.expected


def place(case: Case, folder: Path) -> Path:
    """The directory of one release, in the folder of all releases."""
    return folder / f"{case.package}-{case.release}" / "site-packages"


def install(case: Case, folder: Path) -> None:
    """Install a release and its dependencies into its directory, if it is not there.

    Raises subprocess.SubprocessError when pip fails.
    """
    target = place(case, folder)
    if target.is_dir():
        return
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(target),
         "--disable-pip-version-check", case.requirement],
        check=True, capture_output=True, text=True, timeout=INSTALL_SECONDS,
    )  # fmt: skip


def found(case: Case, folder: Path | None) -> Path | None:
    """The place of exactly this release; an empty path is this environment.

    None if the release is not installed.
    """
    if folder is not None and place(case, folder).is_dir():
        return place(case, folder)
    try:
        here = metadata.version(case.package)
    except metadata.PackageNotFoundError:
        return None
    return Path() if here == case.release else None


def explored(case: Case, packages: Path, programs: Path, limit: float) -> Row:
    """Explore one case in a separate process, with these packages on the path."""
    places = [str(packages.absolute())] if packages != Path() else []
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([*places, str(ROOT)])}
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as saved:
        try:
            done = subprocess.run(
                [sys.executable, "-m", "bench", "explore", "--json", "--save", saved,
                 "--limit-seconds", str(limit), *case.options,
                 f"{programs / case.module}.py:{case.scenario}"],
                env=environment, capture_output=True, text=True,
                timeout=limit + SPARE_SECONDS,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Row(case, "cut", reason="the process did not come back")
    elapsed = time.perf_counter() - began
    lines = done.stdout.strip().splitlines()
    if not lines:
        return Row(case, "refused", reason=done.stderr.strip()[-200:])
    return read(case, json.loads(lines[-1]), elapsed)


def read(case: Case, told: dict[str, Any], elapsed: float) -> Row:
    """The row from the output of `explore --json`; `elapsed` is its whole time."""
    seconds = told["seconds"] or 0.0
    return Row(
        case,
        "nothing shared" if told["nothing_shared"] else told["outcome"],
        told["schedules"] or 0,
        seconds,
        max(0.0, elapsed - seconds),
        tuple(told["one_step"]),
        told["reason"] or "",
    )


def verdict_of(row: Row) -> str:
    """The verdict in words, and whether it is the expected one."""
    if not row.verdict:
        return row.reason
    but = ", but not seen inside" if row.verdict == "holds" and row.not_seen else ""
    wrong = "" if row.as_expected else f" (expected: {row.case.expected}) {row.reason}"
    return f"{row.verdict}{but}{wrong}"


def table(rows: Sequence[Row]) -> Table:
    """A line for each case."""
    lines = Table(box=None, pad_edge=False)
    for name in ("package", "explored", "known from", "verdict"):
        lines.add_column(name, overflow="fold")
    for name in ("schedules", "seconds", "start"):
        lines.add_column(name, justify="right")
    lines.add_column("not seen inside", overflow="fold")
    for row in rows:
        case, ran = row.case, bool(row.verdict)
        lines.add_row(
            f"{case.package} {case.release}",
            " ".join([f"{case.explored}", *case.options]),
            case.source,
            verdict_of(row),
            f"{row.schedules:,}" if ran else "",
            f"{row.seconds:.2f}" if ran else "",
            f"{row.start:.2f}" if ran else "",
            ", ".join(row.not_seen),
        )
    return lines


def look(case: Case, folder: Path | None, fetch: bool, limit: float) -> Row:
    """Install a case if that is asked for, and explore it if it is installed."""
    if fetch and folder is not None:
        try:
            install(case, folder)
        except subprocess.SubprocessError as problem:
            lines = str(getattr(problem, "stderr", "") or problem).strip().splitlines()
            return Row(case, reason=f"pip: {lines[-1] if lines else problem}")
    packages = found(case, folder)
    if packages is None:
        return Row(case, reason="not installed")
    return explored(case, packages, PROGRAMS, limit)


@click.command(help=(__doc__ or "").replace("    python", "\b\n    python", 1))
@click.option("--install", type=click.Path(path_type=Path, file_okay=False))
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--only", default="", help="Only packages whose name contains this.")
@click.option("--limit-seconds", default=60.0, show_default=True, help="For each.")
def main(
    install: Path | None, folder: Path | None, only: str, limit_seconds: float
) -> None:
    """Explore each case that is installed, and compare with what is expected."""
    errors = Console(stderr=True, highlight=False)
    rows = []
    for case in CASES:
        if only in case.package:
            errors.print(f"{case.requirement}: {case.scenario}")
            rows.append(look(case, install or folder, bool(install), limit_seconds))
    Console(width=150, highlight=False).print(table(rows))
    ran = [row for row in rows if row.verdict]
    right = sum(row.as_expected for row in ran)
    missing = sorted({row.case.requirement for row in rows if not row.verdict})
    click.echo(
        f"{right} of {len(ran)} as expected, {len(rows) - len(ran)} not explored"
    )
    if missing:
        click.echo(f"to install: --install FOLDER ({' '.join(missing)})")
    sys.exit(2 if not ran else int(right < len(ran)))


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.packages")
