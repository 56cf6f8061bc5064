"""Common mistakes in a file that runs in a loop, each with its line.

The check only reads the file.  It reports only code that is certainly a mistake.  Two
kinds are reported as notes (NOTES): a function that returns a coroutine, which may be
intended, and a comment of a draft that is still there.
"""

import ast
import re
from collections.abc import Iterator

from bench.records.ports import Mistake
from bench.shape.colour.graph import CallGraph
from bench.shape.colour.spread import shown
from bench.shape.port.analysis.escaping_locks import escaping_locks
from bench.shape.port.analysis.neighbours import through_neighbour
from bench.shape.port.mistakes.asyncio_arguments import wrong_arguments
from bench.shape.port.mistakes.busy_loops import busy_loops
from bench.shape.port.mistakes.draft_comments import undecided
from bench.shape.port.mistakes.locks_over_awaits import (
    entered_locks,
    held_over_awaits,
    kept_over_awaits,
)
from bench.shape.port.mistakes.lost_coroutines import lost, returned
from bench.shape.port.mistakes.needless_awaits import needless_await
from bench.shape.port.mistakes.old_exceptions import old_exceptions
from bench.shape.port.mistakes.open_generators import open_generators
from bench.shape.port.mistakes.plain_with import plain_with
from bench.shape.port.mistakes.self_deadlocks import locks_taken, self_deadlocks
from bench.shape.port.mistakes.swallowed_cancellation import swallowed_cancellation
from bench.shape.port.mistakes.unclosed_sessions import unclosed
from bench.shape.port.mistakes.uncontended_locks import stopping_calls
from bench.shape.port.mistakes.unrun_tests import unrun_tests
from bench.shape.port.support.catalogue import brought_along
from bench.shape.reading.source import Source
from bench.shape.reading.ticks import Tick, silent
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Scope

WAIVER = re.compile(r"#\s*bench:\s*ok\b")
Found = Iterator[tuple[int, str, str, str]]  # line, rule, what, instead


def mistakes(graph: CallGraph, tick: Tick = silent) -> list[Mistake]:
    """Every mistake in the given modules, in the order of the files."""
    found: list[Mistake] = []
    takes, left = locks_taken(graph), escaping_locks(graph)
    for number, module in enumerate(graph.program.given, 1):
        tick("files checked", number, len(graph.program.given))
        source = graph.program.modules[module]
        known: dict[tuple[int, str], Mistake] = {}
        for scope in graph.own(module):
            if brought_along(source.text, scope):
                continue
            for one in _of_scope(graph, scope, takes, left):
                made = _mistake(source, shown(graph, scope.key), one)
                known.setdefault((made.line, made.rule), made)
        for one in undecided(source):
            known[one[:2]] = _mistake(source, "the draft", one)
        found += sorted(known.values(), key=lambda m: m.line)
    for call in stopping_calls(graph):
        module, source = next(
            (m, s) for m, s in graph.program.modules.items() if s.name == call.file
        )
        if any(
            shown(graph, scope.key) == call.function
            and brought_along(source.text, scope)
            for scope in graph.own(module)
        ):
            continue
        chain = " → ".join((*call.through, call.call))
        nested = call.call in ("asyncio.run", "anyio.run")
        found.append(
            Mistake(
                file=call.file,
                line=call.line,
                function=call.function,
                rule="nested-loop" if nested else "blocking-call",
                what=f"{chain} stops the loop",
                instead=through_neighbour(graph, call),
                waived=waived(source.lines, call.line),
            )
        )
    return sorted(found, key=lambda m: (m.file, m.line, m.rule))


NOTES = frozenset({"returns-coroutine", "undecided"})


def _mistake(source: Source, function: str, one: tuple[int, str, str, str]) -> Mistake:
    line, rule, what, right = one
    return Mistake(
        file=source.name,
        line=line,
        function=function,
        rule=rule,
        what=what,
        instead=right,
        is_note=rule in NOTES,
        waived=waived(source.lines, line),
    )


def waived(lines: list[str], line: int) -> bool:
    """Whether the line, or a comment in the line above it, says `# bench: ok`."""
    near = lines[max(line - 2, 0) : line]
    own = near[-1:] + [text for text in near[:-1] if text.lstrip().startswith("#")]
    return any(WAIVER.search(text) for text in own)


def _of_scope(
    graph: CallGraph,
    scope: Scope,
    takes: dict[str, set[str]],
    left: dict[str, frozenset[str]],
) -> Found:
    if isinstance(scope.node, ast.Lambda):
        return
    for statement, path in live(scope):
        yield from lost(graph, statement, scope, path)
        yield from plain_with(graph, statement, scope, path)
        for node in expressions(statement):
            if isinstance(node, ast.Call):
                yield from wrong_arguments(graph, node, statement, scope, path)
            elif isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
                yield from needless_await(graph, node.value, scope, path)
    if scope.is_async:
        yield from unrun_tests(graph, scope)
        yield from held_over_awaits(graph, scope)
        yield from kept_over_awaits(graph, scope)
        yield from entered_locks(graph, scope, left)
        yield from swallowed_cancellation(scope)
        yield from busy_loops(scope)
        yield from open_generators(graph, scope)
    yield from unclosed(graph, scope)
    yield from old_exceptions(graph, scope)
    yield from self_deadlocks(graph, scope, takes)
    yield from returned(graph, scope)
