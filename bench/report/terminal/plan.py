"""The plan of a port, and the mistakes in one, in the terminal."""

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
    PortedState,
    Progress,
)
from bench.records.shapes import BlockingCall, NotFollowed
from bench.report.words import units

BECOMES = {
    "async": ("becomes async", "bold magenta"),
    "plain": ("stays as it is", "dim"),
    "changed": ("cannot simply be async", "bold yellow"),
    "already": ("is async already", "green"),
}
MOST_NOT_FOLLOWED = 12  # names of one line


def plan(one: Plan) -> RenderableType:
    """A whole plan: summary, functions, primitives, state, what stays and is unread."""
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
    return Group(*parts, *unread(one.not_followed))


def written(state: PortedState) -> str:
    """The lines that write an attribute, each beside the locks of its own."""
    if not state.apart:
        return lines(state.lines) + (f", under {state.lock}" if state.lock else "")
    return "; ".join(
        f"{lines(each.lines)} under {each.lock or 'no lock'}" for each in state.apart
    )


def summary(one: Plan) -> list[str]:
    """How many functions, how far the colour spreads, what remains blocking."""
    total = len(one.functions)
    hindered = sum(f.becomes == "changed" for f in one.functions)
    deepest = max((f.why.count(" → ") for f in one.functions), default=0)
    said = [
        f"{one.coloured} of {units.many(total, 'function')} become async; the longest"
        f" chain to a call that waits has {units.many(deepest, 'call')} between."
    ]
    if hindered:
        said.append(
            f"{units.many(hindered, 'function')} wait and cannot be awaited by Python"
            " itself: the wait must move elsewhere."
        )
    if one.remaining:
        said.append(
            f"{units.many(len(one.remaining), 'call')} on local files remain blocking."
        )
    return said


def indented(*texts: Text) -> RenderableType:
    return Padding(Group(*texts), (0, 0, 0, 2))


def lines(numbers: Sequence[int]) -> str:
    word = "line" if len(numbers) == 1 else "lines"
    return f"{word} {', '.join(map(str, numbers))}"


def function(one: PortedFunction) -> RenderableType:
    words, style = BECOMES[one.becomes]
    head = Text.assemble(
        (f"{one.line:>4} ", "dim"), (one.function, "bold"), "  ", (words, style)
    )
    head.append(f": {one.why}" if one.becomes != "already" else "")
    return Group(head, *(edit(e) for e in one.edits))


def edit(one: Edit) -> RenderableType:
    """A line as it is, as it becomes, and what else to do."""
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
        becomes = f" stays as it is{at}: nothing is awaited while it is held"
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
    """What the call graph did not follow: nothing is claimed of it."""
    if not found:
        return []
    said: list[RenderableType] = [Text(), Text("Not followed", "bold")]
    for why, meaning in (
        ("library", "into modules not read"),
        ("unknown", "of what is not known"),
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
    said.append(indented(Text("Name those that wait by --blocking NAME.", "dim")))
    return said


def progress(one: Progress) -> RenderableType:
    """How far a port has come."""
    total = len(one.done) + len(one.remaining) + len(one.missing)
    parts: list[RenderableType] = [
        Text(f"{one.file} → {one.ported}", "bold"),
        Text(
            f"{len(one.done)} of {units.many(total, 'function')} that wait are async."
        ),
    ]
    for title, names in (
        ("Still plain", one.remaining),
        ("Not found under their name", one.missing),
        ("Async, though nothing in them waits", one.needless),
    ):
        if names:
            parts.append(Text(f"{title}: {', '.join(names)}"))
    return Group(*parts, Text(), *found(one.mistakes))


def found(mistakes: Sequence[Mistake]) -> list[RenderableType]:
    """`file:line: rule: what`, and what to write instead under it."""
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
