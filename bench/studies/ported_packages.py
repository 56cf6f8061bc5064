"""Packages from PyPI, ported as `port` says, judged by their own asyncio tests.

    python -m bench.studies.ported_packages --install FOLDER [--only WORD]

Each package has a synchronous and an asyncio form.  `port --draft` ports the
synchronous files.  Then the decisions in `bench.studies.ported_cases` are applied, the
words of the asyncio form are inserted, and the ports replace the package's own asyncio
files.  The package's own asyncio tests run twice: with its own files, and with the
ports.  `--install` lets pip install the releases and their tests into a folder.
`--folder` takes them from there without pip.

Exit status: 0 if each port passes what its package passes, except for the tests that
are listed with a reason; 1 if one does not; 2 if nothing was ported.
"""

import difflib
import io
import itertools
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.table import Table

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.reading.packages import modules
from bench.shape.reading.source import Source, from_path
from bench.shape.resolution.program import Program, program_of
from bench.studies.ported_cases import CASES, Decision, PortedFile, PortedPackage
from bench.studies.ported_tests import install, place, tested

ASKED = "# port:"


@dataclass(frozen=True)
class Port:
    """The port of one file, finished by hand.

    - `drafted`: lines that the draft changed or added.
    - `asked`: comments in the draft that ask for a decision.
    - `told`: lines that a person changed because a comment in the draft asked for it.
    - `untold`: all other lines that a person changed.
    """

    text: str
    drafted: int
    asked: int
    told: int
    untold: int


@dataclass(frozen=True)
class Row:
    """A package, its ports, and the outcome of each test by its name."""

    case: PortedPackage
    ports: tuple[Port, ...] = ()
    own: Mapping[str, str] | None = None
    ported: Mapping[str, str] | None = None
    reason: str = ""

    @property
    def wanted(self) -> list[str]:
        """The tests that the package's own files pass."""
        return [name for name, ended in (self.own or {}).items() if ended == "passed"]

    @property
    def failing(self) -> list[str]:
        """The tests that the package's own files pass and the ports do not pass."""
        ported = self.ported or {}
        return [name for name in self.wanted if ported.get(name) != "passed"]

    @property
    def as_expected(self) -> bool:
        listed = {name for name, _ in self.case.left}
        return bool(self.wanted) and set(self.failing) == listed


def decided(text: str, decisions: Sequence[Decision]) -> tuple[str, int, int]:
    """The draft with its decisions made, and two counts of changed lines.

    The first count is of lines for which the draft asked for a decision in a comment,
    the second is of all other changed lines.  Raises ValueError if a line is not in the
    draft as often as its decision says.
    """
    lines, told, untold = text.split("\n"), 0, 0
    for one in decisions:
        at = [n for n, line in enumerate(lines) if line.strip() == one.now]
        if len(at) != one.times:
            raise ValueError(f"{one.now!r} is {len(at)} times in the draft")
        for number in reversed(at):
            line = lines[number]
            indent = line[: len(line) - len(line.lstrip())]
            first = number
            while lines[first - 1].lstrip().startswith(ASKED):
                first -= 1
            told, untold = told + (first < number), untold + (first == number)
            made = one.becomes.split("\n") if one.becomes else []
            lines[first : number + 1] = [indent + part for part in made]
    return "\n".join(lines), told, untold


def made_async(text: str, names: Sequence[str]) -> tuple[str, int]:
    """A file with `async def` for some functions, and the number of changed lines."""
    if not names:
        return text, 0
    return re.subn(rf"(?<!async )\bdef ({'|'.join(names)})\b", r"async def \1", text)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """A file with names replaced by other words, except in texts and comments.

    A class of another module, such as `h11.Event`, is not renamed either.
    """
    lines = text.splitlines(keepends=True)
    tokens = [*tokenize.generate_tokens(io.StringIO(text).readline)]
    found = [
        token
        for before, token in itertools.pairwise(tokens)
        if token.type == tokenize.NAME
        and token.string in names
        and not (before.string == "." and token.string[0].isupper())
    ]
    for token in reversed(found):
        row, (first, last) = token.start[0] - 1, (token.start[1], token.end[1])
        lines[row] = lines[row][:first] + names[token.string] + lines[row][last:]
    return "".join(lines)


def ported(case: PortedPackage, root: Path) -> tuple[Port, ...]:
    """The ports of a package's files: each alone, or all as one package."""
    if not case.together:
        return tuple(_alone(case, file, root / case.module) for file in case.files)
    sources, _ = modules(root / case.module)
    made = dict(zip(sources, drafts(CallGraph(Program(sources))), strict=True))
    by_path = {source.path: name for name, source in sources.items()}
    found = []
    for file in case.files:
        name = by_path[(root / case.module / file.sync).resolve()]
        found.append(finished(case, file, sources[name], made[name]))
    return tuple(found)


def _alone(case: PortedPackage, file: PortedFile, directory: Path) -> Port:
    source = from_path(directory / file.sync)
    (draft,) = drafts(CallGraph(program_of(source), case.blocking))
    return finished(case, file, source, draft)


def finished(case: PortedPackage, file: PortedFile, source: Source, draft: str) -> Port:
    """A draft with its decisions made and the words of the asyncio form."""
    changed = [
        line
        for line in difflib.ndiff(source.text.splitlines(), draft.splitlines())
        if line.startswith("+ ") and not line[2:].lstrip().startswith(ASKED)
    ]
    asked = sum(line.lstrip().startswith(ASKED) for line in draft.splitlines())
    text, told, untold = decided(draft, file.decisions)
    text, needless = made_async(text, case.needless)
    untold += needless
    text = renamed(text, dict(case.names))
    return Port(text, len(changed), asked, told, untold)


def look(case: PortedPackage, folder: Path, fetch: bool) -> Row:
    """Port a package that is installed, and run its tests before and after."""
    if fetch:
        try:
            install(case, folder)
        except subprocess.SubprocessError as problem:
            said = str(getattr(problem, "stderr", "") or problem).strip().splitlines()
            return Row(case, reason=f"pip: {said[-1] if said else problem}")
    there = place(case, folder)
    if not there.is_dir():
        return Row(case, reason="not installed")
    own = tested(case, there / "installed", there / "source")
    ports = ported(case, there / "installed")
    with tempfile.TemporaryDirectory(dir=folder) as made:
        copy = Path(made, "installed")
        shutil.copytree(there / "installed", copy)
        for file, one in zip(case.files, ports, strict=True):
            target = copy / case.module / file.asynchronous
            target.write_text(one.text, encoding="utf-8")
        after = tested(case, copy, there / "source")
    return Row(case, ports, own, after)


def table(rows: Sequence[Row]) -> Table:
    """A line for each package."""
    lines = Table(box=None, pad_edge=False)
    lines.add_column("package")
    for name in ("files", "drafted", "asked", "told", "untold", "tests", "passed"):
        lines.add_column(name, justify="right")
    lines.add_column("as listed", overflow="fold")
    for row in rows:
        figures = [
            sum(getattr(one, figure) for one in row.ports)
            for figure in ("drafted", "asked", "told", "untold")
        ]
        passed = len(row.wanted) - len(row.failing)
        said = row.reason or ("yes" if row.as_expected else "no")
        cells = [len(row.ports), *figures, len(row.wanted), passed]
        lines.add_row(row.case.requirement, *map(str, cells), said)
    return lines


def told(row: Row) -> list[str]:
    """A line for each test that the ports fail, and each listed one that they pass."""
    reasons = dict(row.case.left)
    return [
        f"{row.case.package}: {name}: {reasons.get(name, 'NOT LISTED')}"
        for name in row.failing
    ] + [
        f"{row.case.package}: {name} passes now"
        for name in reasons
        if name not in row.failing
    ]


@click.command(help=re.sub(r"\n    python", "\n\b\n    python", __doc__ or "", count=1))
@click.option("--install", "fetched", type=click.Path(path_type=Path, file_okay=False))
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.option("--only", default="", help="Only packages whose name contains this.")
def main(fetched: Path | None, folder: Path | None, only: str) -> None:
    """Port each package, and compare its test results with the lists."""
    where = fetched or folder
    if where is None:
        raise click.UsageError("give --install FOLDER, or --folder with what is there")
    where.mkdir(parents=True, exist_ok=True)
    errors = Console(stderr=True, highlight=False)
    rows = []
    for case in CASES:
        if only in case.package:
            errors.print(case.requirement)
            rows.append(look(case, where, fetched is not None))
    Console(width=120, highlight=False).print(table(rows))
    for line in (line for row in rows for line in told(row)):
        click.echo(line)
    ran = [row for row in rows if row.ports]
    right = sum(row.as_expected for row in ran)
    click.echo(f"{right} of {len(ran)} as listed, {len(rows) - len(ran)} not ported")
    sys.exit(2 if not ran else int(right < len(ran)))


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.ported_packages")
