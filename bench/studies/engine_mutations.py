"""Plants faults in the explorer, one at a time, to see whether the tests notice them.

    python -m bench.studies.engine_mutations [WORD ...]

Each fault of `engine_faults` and `verdict_faults` changes one place in a copy of this
project.  The tests that the fault names run there until one of them fails.  Before the
first fault, all of these tests must pass in the copy.  With WORDs, only those faults
are planted whose names contain all of them.  Exit status: 0 if each fault was noticed,
1 if one was not, 2 if the tests fail without a fault or if a fault no longer fits.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import rich_click as click

from bench.studies.engine_faults import ENGINE_FAULTS
from bench.studies.fault import Fault
from bench.studies.verdict_faults import VERDICT_FAULTS

ROOT = Path(__file__).parents[2]
# for the tests of one fault, so that an endless search is noticed too
LIMIT_SECONDS = 900.0
FAULTS = (*VERDICT_FAULTS, *ENGINE_FAULTS)
LEFT_OUT = (".*", "__pycache__", "results", "*.egg-info")
FAILED = re.compile(r"^FAILED (\S+)", re.MULTILINE)


class StaleError(Exception):
    """A fault that cannot be planted: its file has changed."""


@dataclass(frozen=True)
class Tried:
    """A planted fault, and the test that noticed it; None if no test did."""

    fault: Fault
    noticed_by: str | None
    seconds: float


def planted(source: str, fault: Fault) -> str:
    """The source with the fault.  Raises StaleError if the fault does not fit."""
    found = source.count(fault.before)
    if found != 1:
        raise StaleError(
            f"{fault.file} has {found} places for {fault.name!r}; there must be one"
        )
    return source.replace(fault.before, fault.after)


def tried(copy: Path, fault: Fault) -> Tried:
    """Plant a fault in a copy of the project, run its tests, and restore the file."""
    path = copy / fault.file
    source = path.read_text(encoding="utf-8")
    path.write_text(planted(source, fault), encoding="utf-8")
    started = time.perf_counter()
    try:
        noticed_by = first_failure(copy, fault.tests)
    finally:
        path.write_text(source, encoding="utf-8")
    return Tried(fault, noticed_by, time.perf_counter() - started)


def first_failure(copy: Path, tests: Sequence[str]) -> str | None:
    """Run tests of a copy of the project: the first that fails, or None."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    try:
        ended = subprocess.run(
            [*command, *tests],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no end within {LIMIT_SECONDS:g} s"
    if ended.returncode == 0:
        return None
    found = FAILED.search(ended.stdout)
    lines = (ended.stdout + ended.stderr).strip().splitlines() or ["no output"]
    return found[1] if found else lines[-1]


def all_tried(copy: Path, faults: Sequence[Fault]) -> Iterator[Tried]:
    """Try the faults one after the other."""
    for fault in faults:
        yield tried(copy, fault)


@click.command(help=(__doc__ or "").replace("    python", "\b\n    python", 1))
@click.argument("words", nargs=-1)
def main(words: tuple[str, ...]) -> None:
    faults = [one for one in FAULTS if all(word in one.name for word in words)]
    if not faults:
        raise click.ClickException(f"no fault has {' and '.join(words)} in its name")
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        copy = Path(folder) / "copy"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT))
        tests = dict.fromkeys(test for one in faults for test in one.tests)
        click.echo(f"{len(faults)} faults; first without any: {', '.join(tests)}")
        if (failed := first_failure(copy, list(tests))) is not None:
            click.echo(f"fails without a fault: {failed}", err=True)
            sys.exit(2)
        survived = 0
        try:
            for one in all_tried(copy, faults):
                survived += one.noticed_by is None
                how = one.noticed_by or "NOT NOTICED"
                click.echo(f"{one.fault.name}: {how} ({one.seconds:.0f} s)")
        except StaleError as problem:
            click.echo(str(problem), err=True)
            sys.exit(2)
    click.echo(f"{len(faults) - survived} of {len(faults)} faults are noticed")
    sys.exit(1 if survived else 0)


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.engine_mutations")
