"""CPython's own tests of threads, pools and asyncio, run over the explorer's models.

    python -m bench.studies.cpython_tests [--each] [--only TEXT] [MODULE ...]

The test modules are those that are installed with the running Python.  Each test method
runs in one schedule, in virtual time.  There are these kinds of tests that do not pass:

\b
  real time   it measures or waits for something that virtual time does not have
  internals   it uses something that only CPython's implementation has
  subprocess  it starts another Python
  refused     it uses a feature that the explorer refuses; the feature is named
  differs     anything else: a model differs from CPython

Each kind except the last is printed with a reason.  Exit status: 0 if no test differs,
1 if one does, 2 if a module is not installed.
"""

import importlib.util
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import rich_click as click
from rich.console import Console
from rich.table import Table

from bench.correctness.watch.doing import doing, how_it_ended
from bench.correctness.watch.process import EndedError, Watched
from bench.errors import CannotRunError
from bench.studies.cpython_cases import Outcome, Suite, serve
from bench.studies.cpython_reasons import DIFFERS, KINDS, reason_of

MODULES = (
    "lock_tests",
    "test_queue",
    "test_concurrent_futures",
    "test_asyncio.test_locks",
    "test_asyncio.test_queues",
    "test_asyncio.test_tasks",
    "test_asyncio.test_taskgroups",
    "test_asyncio.test_timeouts",
    "test_asyncio.test_waitfor",
    "test_asyncio.test_runners",
)
START_SECONDS = 60.0  # to import a module, which is rewritten
CONSOLE_WIDTH = 112


class Judged(NamedTuple):
    """A test that has run; its kind is "passed", "skipped" or one of KINDS."""

    suite: str
    test: str
    kind: str
    why: str = ""


def tests_directory() -> Path:
    """The directory of the `test` package.  Raises CannotRunError if there is none."""
    found = importlib.util.find_spec("test")
    places = list(found.submodule_search_locations or ()) if found else []
    for place in places:
        if (Path(place) / "support").is_dir():
            return Path(place)
    raise CannotRunError(
        f"the `test` package is not installed for {sys.executable};"
        " use a Python that was built from source, or install its tests"
    )


def suites(names: tuple[str, ...], source: Path) -> list[Suite]:
    """The modules with these names, asyncio's locks and queues in both models.

    The name of a package means all modules in it.  Raises CannotRunError for a module
    that is not installed.
    """
    found = []
    for name in names:
        path = source.joinpath(*name.split("."))
        if path.is_dir():
            inner = [f"{name}.{one.stem}" for one in sorted(path.glob("test_*.py"))]
        elif path.with_suffix(".py").is_file():
            inner = [name]
        else:
            raise CannotRunError(
                f"test.{name} is not installed for {sys.executable}; name others"
            )
        found += [Suite(one) for one in inner if "process" not in one]
        found += [
            Suite(one, beside_threads=True)
            for one in inner
            if one in ("test_asyncio.test_locks", "test_asyncio.test_queues")
        ]
    return found


def outcomes(
    suite: Suite, source: Path, *, limit_seconds: float, only: str = ""
) -> list[Outcome]:
    """Run the tests of a module; a test that exceeds the limit is ended.

    Raises CannotRunError when the module cannot be imported.
    """
    found: list[Outcome] = []
    while True:
        job = partial(serve, suite, source, len(found), only)
        with Watched(job) as process:
            names = process.receive(time.monotonic() + START_SECONDS)
            if isinstance(names, CannotRunError):
                raise names
            try:
                while len(found) < len(names):
                    found.append(process.receive(time.monotonic() + limit_seconds))
            except TimeoutError:
                where = doing(process.ask_for_stack())
                said = f"not ended after {limit_seconds:g} s: {where}"
                found.append(Outcome(names[len(found)], "failed", said))
            except EndedError as ended:
                said = f"the process {how_it_ended(ended.status)}"
                found.append(Outcome(names[len(found)], "failed", said))
        if len(found) == len(names):
            return found


def judged(suite: Suite, outcome: Outcome) -> Judged:
    """The kind of an outcome."""
    if outcome.state in ("passed", "skipped"):
        return Judged(suite.name, outcome.test, outcome.state)
    kind, why = reason_of(f"{suite.module}.{outcome.test}", outcome)
    return Judged(suite.name, outcome.test, kind, why)


def table(rows: dict[str, list[Judged]]) -> Table:
    """A row for each module, and one for all."""
    made = Table(box=None, pad_edge=False)
    made.add_column("module", no_wrap=True)
    for title in ("tests", "passed", "skipped", *KINDS):
        made.add_column(title, justify="right")
    everything = [one for each in rows.values() for one in each]
    for name, each in {**rows, "all": everything}.items():
        counts = Counter(one.kind for one in each)
        cells = [len(each)] + [counts[kind] for kind in ("passed", "skipped", *KINDS)]
        made.add_row(name, *(f"{cell:,}" for cell in cells))
    return made


def failures(rows: dict[str, list[Judged]]) -> Iterator[str]:
    """A line for each method that does not pass, with the classes in which it fails."""
    classes: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    for each in rows.values():
        for one in each:
            if one.kind not in ("passed", "skipped"):
                case, _, method = one.test.partition(".")
                classes[one.suite, method, one.kind, one.why].append(case)
    for (suite, method, kind, why), cases in classes.items():
        many = cases[0] if len(cases) == 1 else f"{len(cases)} classes"
        yield f"{suite}: {method} ({many}): {kind}: {why}"


@click.command(help=(__doc__ or "").replace("    python", "\b\n    python", 1))
@click.argument("modules", nargs=-1)
@click.option("--only", default="", help="run the tests whose Class.method has this")
@click.option("--each", is_flag=True, help="name the tests that do not pass")
@click.option("--limit-seconds", default=30.0, show_default=True, help="for a test")
def main(modules: tuple[str, ...], only: str, each: bool, limit_seconds: float) -> None:
    console = Console(width=None if sys.stdout.isatty() else CONSOLE_WIDTH)
    missing: list[str] = []
    rows: dict[str, list[Judged]] = {}
    try:
        source = tests_directory()
    except CannotRunError as problem:
        click.echo(f"error: {problem}", err=True)
        sys.exit(2)
    for name in modules or MODULES:
        try:
            for suite in suites((name.removeprefix("test."),), source):
                click.echo(f"running {suite.name}", err=True)
                ended = outcomes(suite, source, limit_seconds=limit_seconds, only=only)
                rows[suite.name] = [judged(suite, one) for one in ended]
        except CannotRunError as problem:
            missing.append(str(problem))
    console.print(table(rows))
    for line in failures(rows):
        if each or f": {DIFFERS}: " in line:
            click.echo(line)
    for reason in missing:
        click.echo(f"error: {reason}", err=True)
    differs = any(one.kind == DIFFERS for all_ in rows.values() for one in all_)
    sys.exit(1 if differs else 2 if missing else 0)


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.cpython_tests")
