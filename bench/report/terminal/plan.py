"""The plan of a port, and the mistakes in a port, in the terminal."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bench.records.ports import (
    Edit,
    Mistake,
    Plan,
    PortedFunction,
    PortedPrimitive,
    Progress,
)
from bench.records.shapes import BlockingCall, NotFollowed
from bench.report.words import ports, units
from bench.report.words.ports import lines, summary, written

STYLES = {
    "async": "bold magenta",
    "plain": "dim",
    "changed": "bold yellow",
    "already": "green",
}
MOST_NOT_FOLLOWED = 12  # names in one line


def plan(one: Plan) -> RenderableType:
    """A whole plan: summary, functions, primitives, state, the rest, calls not read."""
    parts: list[RenderableType] = [Text(f"The port of {one.file}", "bold")]
    parts += [Text(line) for line in summary(one)]
    if one.elsewhere:
        parts += [Text(), Text("Outside the functions", "bold")]
        parts += [edit(e) for e in one.elsewhere]
    parts += [Text(), Text("Functions, in the order of the file", "bold")]
    parts += [function(f) for f in one.functions]
    if one.primitives:
        parts += [Text(), Text("Primitives", "bold")]
        parts += [primitive(p) for p in one.primitives]
    if one.state:
        parts += [Text(), Text("Shared state", "bold")]
        parts += [
            indented(
                Text.assemble(
                    (s.name, "bold"),
                    f"  written in {written(s)}",
                ),
                Text(f"→ {s.do}", "green"),
            )
            for s in one.state
        ]
    if one.remaining:
        parts += [Text(), Text("Still blocks: local files", "bold"), *stays(one)]
        parts.append(Text(f"  {ports.FILES_MAY_STAY}"))
    return Group(*parts, *unread(one.not_followed))


def indented(*texts: Text) -> RenderableType:
    return Padding(Group(*texts), (0, 0, 0, 2))


def function(one: PortedFunction) -> RenderableType:
    words, style = ports.BECOMES[one.becomes], STYLES[one.becomes]
    head = Text.assemble(
        (f"{one.line:>4} ", "dim"), (one.function, "bold"), "  ", (words, style)
    )
    head.append(f": {one.why}" if one.becomes != "already" else "")
    return Group(head, *(edit(e) for e in one.edits))


def edit(one: Edit) -> RenderableType:
    """A line of the file, the line that replaces it, and what else to do."""
    texts = [Text(f"{one.line:>4} - {one.now}", "red")]
    if one.becomes:
        texts.append(Text(f"     + {one.becomes}", "green"))
    if one.do:
        texts.append(Text(f"     → {one.do}"))
    return Padding(Group(*texts), (0, 0, 0, 4))


def primitive(one: PortedPrimitive) -> RenderableType:
    at = f", {lines(one.lines)}" if one.lines else ""
    becomes = f" → {one.asyncio or 'asyncio has none'}{at}"
    if one.asyncio == one.threads:
        becomes = f" stays as it is{at}"
        if one.threads.endswith("Lock"):
            becomes += ": the draft awaits nothing while this lock is held"
    texts = [Text.assemble((one.threads, "bold"), becomes)]
    for deviation in one.deviations:
        rule = deviation.rule
        texts.append(
            Text(
                f"{lines(deviation.lines)}: {rule.situation}: threads: {rule.threads};"
                f" asyncio: {rule.asyncio}"
            )
        )
        if rule.port:
            texts.append(Text(f"→ {rule.port}", "green"))
    return indented(*texts)


def stays(one: Plan) -> list[RenderableType]:
    return [indented(Text(call_at(call))) for call in one.remaining]


def call_at(call: BlockingCall) -> str:
    return (
        f"{call.line:>4} {call.call} in {call.function}: {call.instead} if it is slow"
    )


def unread(found: Sequence[NotFollowed]) -> list[RenderableType]:
    """The calls that the graph did not follow; the plan says nothing about them."""
    if not found:
        return []
    said: list[RenderableType] = [Text(), Text("Not followed", "bold")]
    for why, meaning in (
        ("library", "into modules that were not read"),
        ("unknown", "of unknown objects"),
    ):
        some = [one for one in found if one.why == why]
        if some:
            calls = sum(one.calls for one in some)
            names = [one.call for one in some[:MOST_NOT_FOLLOWED]]
            more = len(some) - len(names)
            text = ", ".join(names) + (f" and {more} more" if more else "")
            said.append(
                indented(Text(f"{units.many(calls, 'call')} {meaning}: {text}"))
            )
    advice = "If one of these calls waits, name it with --blocking NAME."
    said.append(indented(Text(advice, "dim")))
    return said


def all_progress(every: Sequence[Progress]) -> RenderableType:
    """The progress of a port: of one file, or of all files that need attention."""
    if len(every) == 1:
        return progress(every[0])
    done, waits = sum(len(one.done) for one in every), sum(map(_waiting, every))
    parts: list[RenderableType] = [
        Text(f"{done} of {units.many(waits, 'function')} that wait are async.")
    ]
    for one in every:
        if one.remaining or one.missing or one.needless or one.mistakes:
            parts += [Text(), progress(one)]
    return Group(*parts)


def _waiting(one: Progress) -> int:
    return len(one.done) + len(one.remaining) + len(one.missing)


def progress(one: Progress) -> RenderableType:
    """The progress of the port of one file."""
    total = _waiting(one)
    parts: list[RenderableType] = [
        Text(f"{one.file} → {one.ported or 'no file yet'}", "bold")
    ]
    if total:
        said = units.many(total, "function")
        parts.append(Text(f"{len(one.done)} of {said} that wait are async."))
    for title, names in (
        ("Still plain", one.remaining),
        ("Not found under their name", one.missing),
        ("Async, though nothing in them waits", one.needless),
    ):
        if names:
            parts.append(Text(f"{title}: {', '.join(names)}"))
    return Group(*parts, Text(), *found(one.mistakes))


def found(mistakes: Sequence[Mistake]) -> list[RenderableType]:
    """The mistakes as `file:line: rule: what`, each with what to write instead."""
    if not mistakes:
        return [Text("No mistake found, and nothing of a draft is left to decide.")]
    texts: list[RenderableType] = []
    for one in mistakes:
        mark = " (waived)" if one.waived else " (note)" if one.is_note else ""
        texts.append(
            Text.assemble(
                (f"{one.file}:{one.line}: ", "bold"),
                (f"{one.rule}{mark}: ", "yellow"),
                f"{one.what}, in {one.function}",
            )
        )
        texts.append(Text(f"    → {one.instead}", "green"))
    return texts
