"""Tasks that would be made while a module is imported, when no loop runs."""

import ast

from bench.shape.port.editor.function_edits import Editor
from bench.shape.port.rewriting import Said
from bench.shape.resolution.scopes import Scope

MOVE = (
    "a task starts only while a loop runs, and none does on import: move this into"
    " the async function that asyncio.run gets"
)


def import_time_tasks(editor: Editor, node: ast.Call, scope: Scope) -> Said:
    """The comment on a task that would be made while a module is imported."""
    made = editor.workers.made.get(node.lineno, "TaskThread") != "TaskThread"
    if made and scope.parent is None and node.lineno not in editor.looped:
        yield node.lineno, MOVE
