"""Loops that wait until another task changes a state: they must let that task run."""

import ast
from functools import cached_property

from bench.shape.port.analysis.asked_flags import (
    asks_clock,
    asks_flag,
    calls_own,
    conditions,
)
from bench.shape.port.analysis.primitive_uses import READS, is_replaced
from bench.shape.port.editor.indirect_calls import IndirectCalls
from bench.shape.port.rewriting import Said
from bench.shape.port.workers.ended_tasks import EndedTasks
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Path, Scope, start
from bench.shape.resolution.values import Instance

STOPS = (
    "this loop lets no task run, but it may wait for a task: make {name} async, with"
    " await asyncio.sleep(0) in the loop, and await its calls"
)


class SpinningLoops(IndirectCalls):
    """Edits loops such as `while jobs.empty(): pass`."""

    @cached_property
    def _ended(self) -> EndedTasks:
        return EndedTasks(self.colours, self.rewriting)

    def _as_task(self, scope: Scope) -> Said:
        """Edits that let other tasks run during loops, and edits for a cancellation."""
        yield from self._spins(scope)
        yield from self._ended.of(scope, self.whole, self.workers.removed)

    def _spins(self, scope: Scope) -> Said:
        """Put `asyncio.sleep(0)` into a loop that waits for a task without `await`."""
        events = self.colours.graph.events.get(scope.key, ())
        for statement, path in live(scope):
            if not isinstance(statement, ast.While | ast.For):
                continue
            if scope.parent is None and statement.lineno not in self.looped:
                continue  # this code runs before the event loop starts
            last = statement.end_lineno or statement.lineno
            waits = any(
                statement.lineno <= e.line <= last and self.colours.waits_at(e)
                for e in events
            )
            if waits or not self._asks_others(statement, scope, path):
                continue
            first = statement.body[0]
            line, column = start(first)
            if line > statement.lineno:
                new = f"await asyncio.sleep(0)\n{' ' * column}"
                self.rewriting.insert((line, column), new, first=True)
            else:
                yield (
                    statement.lineno,
                    "await asyncio.sleep(0) in this loop, or no other task runs",
                )

    def _stops_there(self, scope: Scope) -> Said:
        """The comment on a waiting loop in a plain function that an event loop runs."""
        for statement, path in live(scope):
            if not isinstance(statement, ast.While | ast.For):
                continue
            if self._asks_others(statement, scope, path) and not calls_own(
                statement.body, scope
            ):
                yield statement.lineno, STOPS.format(name=scope.name)

    def _asks_others(self, loop: ast.While | ast.For, scope: Scope, path: Path) -> bool:
        """Whether a loop ends only when other code acts, or at a certain time."""
        return any(
            self._asks(test, scope, path)
            or asks_clock(test)
            or asks_flag(test, loop.body, scope)
            for test in conditions(loop)
        )

    def _asks(self, test: ast.expr, scope: Scope, path: Path) -> bool:
        """Whether a condition reads the state of a primitive or a thread."""
        for part in ast.walk(test):
            if isinstance(part, ast.Attribute):
                on = self.types.of(part.value, scope, path)
                threads = any(
                    isinstance(v, Instance) and v.kind == "threading.Thread" for v in on
                )
                if part.attr in READS and is_replaced(on):
                    return True
                if part.attr == "is_alive" and threads:
                    return True
        return False
