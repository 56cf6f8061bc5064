"""A hook for the errors of threads: those of tasks go to the loop's handler."""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours


def hooked(found: Colours, statement: ast.stmt) -> Iterator[tuple[int, str]]:
    """What to say of `threading.excepthook = hook`."""
    if not isinstance(statement, ast.Assign) or not found.waits:
        return
    if any(ast.unparse(one) == "threading.excepthook" for one in statement.targets):
        yield (
            statement.lineno,
            "an error of a task goes to the loop's handler, not here:"
            " asyncio.get_running_loop().set_exception_handler(handle) where main"
            " begins, with def handle(loop, told), and told['exception'] is the error",
        )
