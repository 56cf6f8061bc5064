"""Context variables: tasks that run in the same context share their values.

Here a context is a container, and its keys are the names of the variables.
"""

import contextvars
import types
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import access

# Methods of a variable, and whether they write.
VARIABLE_METHODS = {"get": False, "set": True, "reset": True}
READING_METHODS = {"get", "keys", "values", "items", "copy"}  # methods of a context


def access_variable_in_context(
    variable: contextvars.ContextVar[Any], method: str, site: int
) -> None:
    """Report a use of a variable in the context of the current task.

    A use in a thread is not reported, because each thread has its own context.
    """
    write = VARIABLE_METHODS.get(method)
    context = current_context()
    if write is not None and context is not None:
        access(context, variable.name, write, site, True)


def current_context() -> contextvars.Context | None:
    """Return the context of the handle that runs in a loop; None in a thread."""
    handle = kernel.current.handle
    return None if handle is None else handle._context


def access_context(
    context: contextvars.Context, method: str, args: tuple[Any, ...], site: int
) -> None:
    """Report what a method of a context reads or changes."""
    first = args[0] if args else None
    if type(first) is types.BuiltinMethodType:
        variable, used = first.__self__, first.__name__  # as in `context.run(VAR.get)`
    else:
        variable, used = first, ""
    key = variable.name if type(variable) is contextvars.ContextVar else None
    if method == "run":
        write = key is None or VARIABLE_METHODS.get(used, True)
        access(context, key, write, site, True)
    elif method in READING_METHODS:
        access(context, key, False, site, True)
