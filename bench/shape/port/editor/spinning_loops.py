"""Loops that ask until another task answers: they must let that one run."""

import ast

from bench.shape.port.analysis.primitive_uses import READS, is_replaced
from bench.shape.port.editor.indirect_calls import IndirectCalls
from bench.shape.port.rewriting import Said
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope, start
from bench.shape.resolution.values import Instance


class SpinningLoops(IndirectCalls):
    """Edits `while jobs.empty(): pass`."""

    def _spins(self, scope: Scope) -> Said:
        """A loop that asks until another task answers: it must let that one run."""
        events = self.colours.graph.events.get(scope.key, ())
        for statement, path in live(scope):
            if not isinstance(statement, ast.While):
                continue
            if scope.parent is None and statement.lineno not in self.looped:
                continue  # code that runs before there is a loop
            last = statement.end_lineno or statement.lineno
            waits = any(
                statement.lineno <= e.line <= last and self.colours.waits_at(e)
                for e in events
            )
            if waits or not self._asks(statement.test, scope, path):
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

    def _asks(
        self, test: ast.expr, scope: Scope, path: tuple[tuple[int, str], ...]
    ) -> bool:
        """Whether a condition asks a primitive or a thread how it stands."""
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
