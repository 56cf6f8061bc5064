"""Tasks that the end of the loop cancels; daemon threads end without a cancellation."""

import ast

from bench.shape.port.analysis.worker_functions import run_by_workers
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Note, Rewriting, Said, stands_alone
from bench.shape.port.workers.removed_statements import Removed
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope, start

AGAIN = (
    "except asyncio.CancelledError:\n{indent}    raise  # the loop ends its tasks so\n"
)
AGAIN_SAID = "when the loop ends, it cancels its tasks; a thread is never cancelled"
TAKES = (
    "the loop cancels its tasks when it ends, by CancelledError. This handler catches"
    " it, so the task continues: write except Exception, or raise it again"
)
AT_THE_END = (
    "the loop cancels its tasks when it ends, and then this runs; a daemon thread"
    " just disappears. This is right if it may run at the end of the program"
)
MOVED = "when the loop ends, it cancels the task in get(): then no job is done"


class EndedTasks:
    """Edits the `try` statements around awaits in the functions that workers run."""

    def __init__(self, found: Colours, rewriting: Rewriting) -> None:
        self.found, self.rewriting = found, rewriting
        self.workers = run_by_workers(found.graph)
        self.inside = _below(found, self.workers)
        texts = [source.text for source in found.graph.program.modules.values()]
        self.daemons = any("daemon" in text for text in texts)
        self.cancels = any(".cancel(" in text for text in texts)

    def of(self, scope: Scope, whole: dict[int, str], removed: list[Removed]) -> Said:
        """The edits of one function, and the comments on it."""
        if scope.key not in self.inside:
            return
        for statement, _ in live(scope):
            if isinstance(statement, ast.Try) and self._awaits(statement, scope):
                yield from self._handlers(statement, scope)
                if self.daemons and statement.finalbody and _endless(statement, scope):
                    if self._moved(statement, scope, whole, removed):
                        yield statement.lineno, Note(MOVED)
                    else:
                        yield statement.finalbody[0].lineno, AT_THE_END

    def _awaits(self, tried: ast.Try, scope: Scope) -> bool:
        lines = range(tried.body[0].lineno, (tried.body[-1].end_lineno or 0) + 1)
        events = self.found.graph.events.get(scope.key, ())
        return any(e.line in lines and self.found.waits_at(e) for e in events)

    def _handlers(self, tried: ast.Try, scope: Scope) -> Said:
        """Edit `except:` and `except BaseException:`, which catch cancellations too."""
        for handler in tried.handlers:
            caught = ast.unparse(handler.type) if handler.type is not None else ""
            if "CancelledError" in caught:
                return
            if caught and "BaseException" not in caught:
                continue
            raises = any(
                isinstance(n, ast.Raise) for s in handler.body for n in ast.walk(s)
            )
            if raises and not (self.daemons and scope.key in self.workers):
                return
            if self.cancels or raises:
                yield handler.lineno, AT_THE_END if raises else TAKES
                return
            line, column = start(handler)
            again = AGAIN.format(indent=" " * column) + " " * column
            self.rewriting.insert((line, column), again, first=True)
            yield handler.lineno, Note(AGAIN_SAID)
            return

    def _moved(
        self,
        tried: ast.Try,
        scope: Scope,
        whole: dict[int, str],
        removed: list[Removed],
    ) -> bool:
        """Move `x = q.get()` above its `try ... finally: q.task_done()`.

        If `get` is cancelled there, `task_done` is not called: no job was taken.
        """
        first, last = tried.body[0], tried.finalbody
        value = getattr(first, "value", None)
        if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
            return False
        queue = ast.unparse(value.func.value)
        done = [ast.unparse(one) for one in last] == [f"{queue}.task_done()"]
        takes = value.func.attr == "get" and not (value.args or value.keywords)
        source = self.rewriting.source
        alone = source.lines[tried.lineno - 1].strip() == "try:"
        if not (done and takes and alone and len(tried.body) > 1):
            return False
        if not stands_alone(source, first):
            return False
        whole[tried.lineno] = f"{self.rewriting.kept(first)}\ntry:"
        removed.append((first, scope))
        return True


def _endless(tried: ast.Try, scope: Scope) -> bool:
    """Whether an endless loop is inside a `try` statement or around it."""
    return any(
        isinstance(one, ast.While)
        and isinstance(one.test, ast.Constant)
        and (tried in [*ast.walk(one)] or one in [*ast.walk(tried)])
        for one in ast.walk(scope.node)
    )


def _below(found: Colours, workers: set[str]) -> set[str]:
    """The functions that workers run, and their callees."""
    inside, new = {*workers}, [*workers]
    while new:
        for event in found.graph.events.get(new.pop(), ()):
            more = event.reach.functions - inside
            inside |= more
            new += more
    return inside
