"""Workers that a module's own code starts, where no loop of its own can be made."""

import ast

from bench.shape.port.edits import Editor
from bench.shape.port.workers import Said
from bench.shape.resolution.scopes import Scope

MOVE = (
    "a task starts only while a loop runs, and none does on import: move this into the"
    " async function that asyncio.run is given"
)


def on_import(editor: Editor, node: ast.Call, scope: Scope) -> Said:
    """What to say of a task that such code would make."""
    made = editor.workers.made.get(node.lineno, "TaskThread") != "TaskThread"
    if made and scope.parent is None and node.lineno not in editor.looped:
        yield node.lineno, MOVE
