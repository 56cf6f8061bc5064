"""What porting changes, in the terminal: counts, colour, state, blocking calls."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bench.records.primitives import Match, Rule
from bench.records.shapes import (
    BlockingCall,
    Coloured,
    Shape,
    ShapeComparison,
    SharedAttribute,
)
from bench.report.terminal.side_by_side import KINDS
from bench.report.words import units

FIGURES = (
    ("lines of code", "lines"),
    ("statements", "statements"),
    ("branches (what other tools score)", "branches"),
    ("suspension points", "suspension_points"),
    ("synchronization points", "synchronization_points"),
    ("life-cycle statements", "life_cycle_statements"),
    ("error handling", "error_handling"),
    ("bytes, gzipped", "gzip_bytes"),
)
MATCHED = ("threads", "asyncio", "anyio", "trio")
IN_OVERVIEW = (
    "lines",
    "branches",
    "coroutines",
    "suspension_points",
    "life_cycle_statements",
)


class PlainTable(Table):
    """A table whose cells are plain text: `self.locks[key]` is not mark-up."""

    def add_row(self, *cells: RenderableType | None, **options: Any) -> None:
        plain = (Text(c) if isinstance(c, str) else c for c in cells)
        super().add_row(*plain, **options)


def table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """A table without lines; columns named in `numbers` are aligned on the right."""
    made = PlainTable(
        box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False
    )
    for column in columns:
        made.add_column(
            column, justify="right" if column in numbers else "left", overflow="fold"
        )
    return made


def overview(comparisons: Sequence[ShapeComparison]) -> RenderableType:
    """A row for each pair: the scores of other tools, then what the model changes."""
    numbers = ["lines", "branches", "async", "suspends", "life", "rows", "words"]
    made = table("pair", *numbers, numbers=numbers)
    for column in made.columns:
        column.no_wrap = True  # all columns fit into 80 characters
    for one in comparisons:
        rows = sum(one.changed_lines.values())
        changed = rows - one.changed_lines.get("same", 0)
        made.add_row(
            one.pair,
            *(
                f"{getattr(one.threads, figure):,}→{getattr(one.asyncio, figure):,}"
                for figure in IN_OVERVIEW
            ),
            f"{changed:,} of {rows:,}",
            f"{one.edit_distance:,} of {one.tokens:,}",
        )
    explained = Text(
        "threads→asyncio.  Branches: what other tools call complexity.  Async: async"
        " def.\nLife: life-cycle statements.  Rows: the lines that differ.  Words: the"
        " words that\ndiffer, without async, await and the names of primitives.",
        "dim",
    )
    return Group(made, explained)


def detail(one: ShapeComparison) -> RenderableType:
    """Everything about one pair, part by part."""
    parts: list[RenderableType] = [
        Text.assemble((one.pair, "bold"), f"  {one.threads_file} → {one.asyncio_file}"),
        Text(),
        figures(one),
        *part("How its rows differ", [kinds(one)]),
        *part("Primitives", [primitives(one)] if one.primitives else []),
        *part("Where these differ", [ports(one.rules)] if one.rules else []),
        *part("Colour: what must become async, and why", [colour(one.coloured)]),
        *part("Shared state", states(one.threads.shared, one.asyncio.shared)),
        *part("What stops the loop", [blocking(one.asyncio.blocking)]),
    ]
    return Group(*parts)


def part(title: str, body: Sequence[RenderableType]) -> Iterator[RenderableType]:
    """A heading with its body; empty if the body is empty."""
    if body:
        yield Text()
        yield Text(title, "bold")
        yield from (Padding(one, (0, 0, 0, 2)) for one in body)


def figures(one: ShapeComparison) -> RenderableType:
    made = table("", "threads", "asyncio", numbers=("threads", "asyncio"))
    for title, field in FIGURES:
        made.add_row(
            title, *(f"{getattr(side, field):,}" for side in (one.threads, one.asyncio))
        )
    made.add_row(
        "async def, of all functions", _async(one.threads), _async(one.asyncio)
    )
    stretch = one.asyncio.longest_stretch
    if stretch is not None:
        made.add_row(
            "longest stretch without a suspension", "", str(stretch.statements)
        )
    if stretch is None or not stretch.statements:
        return made
    first, last = stretch.first_line, stretch.last_line
    if first > last:
        where = f"from line {first}, through a turn of its loop, to line {last}"
    else:
        where = f"line {first}" if first == last else f"lines {first} to {last}"
    end = ", with a loop among them" if stretch.loops and first < last else ""
    said = f"The longest stretch is in {stretch.function}, {where}{end}."
    return Group(made, Text(said, "dim"))


def _async(shape: Shape) -> str:
    return f"{shape.coroutines} of {shape.functions}"


def kinds(one: ShapeComparison) -> Text:
    named = {"same": "the same", "else": "other"}
    counts = ", ".join(
        f"{named.get(kind, kind)} {count:,}"
        for kind in ("same", *KINDS)
        if (count := one.changed_lines.get(kind))
    )
    return Text(
        f"{units.many(sum(one.changed_lines.values()), 'row')}: {counts}.\n"
        f"{one.edit_distance:,} of {one.tokens:,} words"
        " differ once async, await and the names of primitives are taken out."
    )


def primitives(one: ShapeComparison) -> RenderableType:
    made = table("threads", "asyncio")
    for ours, theirs in one.primitives:
        made.add_row(ours or "not used", theirs or "not used")
    return made


REASONS = {  # why a function need not become async
    "lock": "Only a lock, and nothing inside waits: a port may drop it",
    "implicit": "Called by Python itself, which does not await: move the wait",
}


def colour(coloured: Sequence[Coloured]) -> RenderableType:
    """Each function with the shortest chain of calls that forces it."""
    if not coloured:
        return Text("nothing: no call that is known to wait was found")
    parts: list[RenderableType] = []
    for reason in ("waits", *REASONS):
        some = [one for one in coloured if one.reason == reason]
        if some:
            parts += [Text(), Text(REASONS[reason])] if reason in REASONS else []
            parts.append(_coloured(some))
    return Group(*parts)


def _coloured(coloured: Sequence[Coloured]) -> RenderableType:
    made = table("function", "line", "because of", numbers=("line",))
    for one in coloured:
        chain = " → ".join(one.chain)
        if one.obstacle:
            chain += f"   ({one.obstacle})"
        made.add_row(one.function, str(one.line), chain)
    return made


def states(
    threads: Sequence[SharedAttribute], asyncio: Sequence[SharedAttribute]
) -> list[RenderableType]:
    """Attributes and globals with several writers, and their guards."""
    if not threads and not asyncio:
        return []
    made = table("", "written", "in threads", "in asyncio")
    named = {(one.owner, one.name): one for one in (*asyncio, *threads)}
    for owner, name in named:
        here = [one for one in threads if (one.owner, one.name) == (owner, name)]
        there = [one for one in asyncio if (one.owner, one.name) == (owner, name)]
        made.add_row("", f"{owner}.{name}".strip("."), _guard(here), _guard(there))
    return [made]


def _guard(found: Sequence[SharedAttribute]) -> str:
    if not found:
        return "not written"
    one = found[0]
    said = []
    if one.guards:
        named = ", ".join(one.guards)
        said.append(
            f"by different locks: {named}" if one.different else f"under {named}"
        )
    if one.chosen:
        said.append(f"not always the same lock: {', '.join(one.chosen)}")
    if one.unsure:
        names = ", ".join(f"with {name}" for name in one.unsure)
        said.append(f"entered by {names}, not known to be a lock")
    if one.unguarded_lines:
        bare = _lines(one.unguarded_lines)
        said.append(f"but not in {bare}" if said else f"without a guard, {bare}")
    return ", ".join(said)


def _lines(numbers: Sequence[int]) -> str:
    return f"line{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


def blocking(calls: Sequence[BlockingCall]) -> RenderableType:
    """Each call in a coroutine function that blocks every other task."""
    if not calls:
        return Text("nothing that is known to block")
    made = table("line", "in", "calls", "instead", numbers=("line",))
    for one in calls:
        made.add_row(
            str(one.line),
            one.function,
            " → ".join((*one.through, one.call)),
            one.instead,
        )
    return made


def correspondence(names: Sequence[Match], rules: Sequence[Rule]) -> RenderableType:
    """The names of every primitive, then each situation, and how to port it."""
    matches = table("threads", "asyncio", "anyio", "trio")
    for match in names:
        matches.add_row(
            *(getattr(match, model) or "none" for model in MATCHED),
        )
    return Group(
        Text("Names", "bold"),
        Padding(matches, (0, 0, 1, 2)),
        Text("What happens, tested by programs on a running interpreter", "bold"),
        *(Padding(situation(rule), (0, 0, 0, 2)) for rule in rules),
    )


def situation(rule: Rule) -> RenderableType:
    """One rule; models that behave alike share a line."""
    verdict = {
        "same": "",
        "differs": "  (asyncio differs)",
        "missing": "  (asyncio has none)",
    }[rule.verdict]
    answers: dict[str, list[str]] = {}
    for model in MATCHED:
        answers.setdefault(getattr(rule, model), []).append(model)
    lines = [
        Text.assemble(
            (rule.primitive, "bold"), f", {rule.situation}", (verdict, "yellow")
        )
    ]
    lines += [
        Text.assemble((f"  {', '.join(models)}: ", "dim"), answer)
        for answer, models in answers.items()
    ]
    if rule.port and rule.verdict != "same":
        lines.append(Text(f"  → {rule.port}", "green"))
    return Group(*lines)


def ports(rules: Sequence[Rule]) -> RenderableType:
    """The rules that a port must follow: a row for each."""
    made = table("primitive", "situation", "threads", "asyncio")
    for rule in rules:
        made.add_row(rule.primitive, rule.situation, rule.threads, rule.asyncio)
    return made
