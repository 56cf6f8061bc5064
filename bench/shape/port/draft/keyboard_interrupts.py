"""`except KeyboardInterrupt` in a coroutine function: Ctrl-C cancels the main task.

`asyncio.run` raises KeyboardInterrupt only after the task has ended.
"""

import ast

from bench.shape.port.editor.function_edits import Editor
from bench.shape.port.rewriting import Note, Said
from bench.shape.resolution.scopes import Scope, start
from bench.shape.resolution.values import Library, one

INTERRUPT = one(Library("KeyboardInterrupt"))
# the first Ctrl-C cancels the task; a second one raises KeyboardInterrupt
BOTH = "KeyboardInterrupt, asyncio.CancelledError"
GO_ON = "asyncio.current_task().uncancel()  # Ctrl-C cancels the main task"
SAID = (
    "Ctrl-C cancels only the main task: CancelledError is raised there, and"
    " asyncio.run raises KeyboardInterrupt after that task"
)


def keyboard_interrupts(
    editor: Editor, handler: ast.ExceptHandler, statement: ast.stmt, scope: Scope
) -> Said:
    """Make a handler of Ctrl-C in a coroutine function catch asyncio's exception."""
    in_loop = scope.parent is None and statement.lineno in editor.looped
    if handler.type is None or not (in_loop or editor.colours.is_async(scope.key)):
        return
    caught = handler.type
    several = isinstance(caught, ast.Tuple)
    for part in caught.elts if isinstance(caught, ast.Tuple) else [caught]:
        path = scope.paths.get(id(statement), ())
        if editor.types.of(part, scope, path) != INTERRUPT:
            continue
        editor.rewriting.replace(part, BOTH if several else f"({BOTH})")
        line, column = start(handler.body[0])
        before = editor.rewriting.source.lines[line - 1].encode()[:column]
        if before.strip():
            yield (
                handler.lineno,
                f"{SAID}: begin with asyncio.current_task().uncancel()",
            )
            return
        editor.rewriting.insert((line, column), f"{GO_ON}\n{' ' * column}", first=True)
        yield handler.lineno, Note(SAID)
