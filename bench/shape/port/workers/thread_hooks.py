"""Code about all threads: a hook for their errors, and their names in a log."""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.resolution.facts import expressions

THREAD_NAMES = ("%(threadName)", "{threadName", "${threadName", "$threadName")
IN_A_LOG = (
    "a task logs the name of the thread of the loop, MainThread, and code that stays"
    " plain logs the name of its own thread. From Python 3.12 on write taskName in"
    " its place; before, add a logging.Filter to the logger. The filter sets"
    " record.threadName = asyncio.current_task().get_name(), and catches the"
    " RuntimeError in a thread without a loop"
)


def thread_hooks(found: Colours, statement: ast.stmt) -> Iterator[tuple[int, str]]:
    """The comments on `threading.excepthook = hook`, and on a log's format."""
    yield from _named_in_logs(found, statement)
    if not isinstance(statement, ast.Assign) or not found.waits:
        return
    if any(ast.unparse(one) == "threading.excepthook" for one in statement.targets):
        yield (
            statement.lineno,
            "an error of a task goes to the loop's handler, not here:"
            " asyncio.get_running_loop().set_exception_handler(handle) where main"
            " begins, with def handle(loop, told), where told['exception'] is the"
            " error",
        )


def _named_in_logs(found: Colours, statement: ast.stmt) -> Iterator[tuple[int, str]]:
    """The comment on a format of logging that has the thread's name."""
    if not found.waits:
        return
    for node in expressions(statement):
        text = node.value if isinstance(node, ast.Constant) else None
        if isinstance(text, str) and any(name in text for name in THREAD_NAMES):
            yield statement.lineno, IN_A_LOG
