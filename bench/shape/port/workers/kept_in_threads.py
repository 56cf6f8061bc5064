"""Functions that a port leaves in threads, and functions that timers call."""

import ast

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Note
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import FunctionRef, Library, LibraryMethod, Values
from bench.shape.tables import blocking

MAKES = (
    "{name} waits only where it makes an object ({call}, line {line}). If you await"
    " there, as the comment on that line says, {name} becomes an async def; then"
    " write asyncio.create_task(reporting({name}, ...)) here"
)
PLAIN = "{} stays plain: it runs in a thread, and this task waits for it"


def left_in_thread(found: Colours, target: ast.expr, values: Values) -> str:
    """The comment on a function that still runs in a thread after the port.

    The user must decide something if the function makes an object whose constructor
    waits.  In all other cases the comment is only a note.
    """
    name = ast.unparse(target)
    for value in values:
        key = value.key if isinstance(value, FunctionRef) else ""
        why = found.graph.waiting.get(key)
        named = found.graph.program.scopes[key].is_function if key else False
        if why is not None and why.reason == "implicit" and named:
            return MAKES.format(name=name, call=why.block.call, line=why.line)
    return Note(PLAIN.format(name))


def called_by_timer(
    types: Types, node: ast.Call, given: dict[str, ast.expr], scope: Scope, path: Path
) -> str:
    """The comment on the function that a timer calls, in the loop's thread."""
    said = "what it calls runs in the loop: it must not block"
    function = given.get("function", node.args[1] if len(node.args) > 1 else None)
    values = types.of(function, scope, path) if function is not None else ()
    names = [v.name for v in values if isinstance(v, Library | LibraryMethod)]
    sure = values and not any(blocking.of_function(name) for name in names)
    return Note(said) if sure else said
