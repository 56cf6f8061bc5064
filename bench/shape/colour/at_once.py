"""Whether a call that may block returns at once, as its arguments show."""

import ast

from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import Lazy, LibraryMethod, Suspended, Values
from bench.shape.tables.blocking import LOCK, WAITS, Known

STARTS = (".start(", ".submit(")  # what starts a worker that may use a queue
AT_ONCE = frozenset(["block", "blocking"])
# calls with a time limit -> its position; if the limit is 0, the call returns at once
LIMIT_AT = {
    "select.select": 3,
    "select.poll.poll": 0,
    "select.epoll.poll": 0,
    "signal.sigtimedwait": 1,
    "multiprocessing.connection.wait": 1,
}
NO_FLAGS: frozenset[str] = frozenset()
TRIES, NO_HANG = frozenset(["LOCK_NB", "LOCK_UN"]), frozenset(["WNOHANG"])
# functions with flags -> the position of the flags, and the flags with which the call
# returns at once
FLAGS = {
    "fcntl.flock": (1, TRIES),
    "fcntl.lockf": (1, TRIES),
    "os.waitpid": (1, NO_HANG),
    "os.wait3": (0, NO_HANG),
    "os.wait4": (1, NO_HANG),
    "os.waitid": (2, NO_HANG),
}


def refuses(call: ast.Call) -> bool:
    """Whether the call passes `block=False`, `blocking=False`, or False by position."""
    first = call.args[:1] if len(call.args) < 2 else call.args[:2]
    asked = [k.value for k in call.keywords if k.arg in AT_ONCE] + first
    return any(isinstance(a, ast.Constant) and a.value is False for a in asked)


def polls(name: str, call: ast.Call) -> bool:
    """Whether the call returns at once: its time limit is 0, or a flag says so."""
    limit = LIMIT_AT.get(name)
    if limit is not None and any(
        isinstance(given, ast.Constant) and given.value == 0
        for given in _given(call, limit, "timeout")
    ):
        return True
    at, flags = FLAGS.get(name, (0, NO_FLAGS))
    return any(joined(given) & flags for given in _given(call, at, "options"))


def _given(call: ast.Call, at: int, keyword: str) -> list[ast.expr]:
    """The argument at a position or with a keyword."""
    named = [k.value for k in call.keywords if k.arg == keyword]
    return call.args[at : at + 1] + named


def joined(flags: ast.expr) -> frozenset[str]:
    """The names of the flags that `|` joins, without their modules."""
    match flags:
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            return joined(left) | joined(right)
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return frozenset([name])
    return frozenset()


def awaited_before(call: ast.Call, scope: Scope) -> bool:
    """Whether the future was awaited above, so that `result` returns at once."""
    if not isinstance(call.func, ast.Attribute):
        return False
    future = ast.unparse(call.func.value)
    for node in ast.walk(scope.node):
        if isinstance(node, ast.Await) and node.lineno <= call.lineno:
            inner = node.value
            parts = [inner, *(inner.args if isinstance(inner, ast.Call) else ())]
            if any(ast.unparse(part) == future for part in parts):
                return True
    return False


def only_kept(name: str, values: Values) -> bool:
    """Whether the call is an `iter` that returns its argument and runs none of it."""
    known = bool(values) and name == "iter"
    return known and all(isinstance(v, Suspended | Lazy) for v in values)


def filled_at_first(call: ast.Call, scope: Scope) -> bool:
    """Whether a constructor puts items into its new queue, and starts no worker.

    No other code has the queue yet.  If such a `put` had to wait, it would wait for
    ever.  So it is assumed that the `put` returns at once.
    """
    func = call.func
    if not scope.name.endswith("__init__") or scope.owner is None:
        return False
    if not isinstance(func, ast.Attribute) or not isinstance(func.value, ast.Attribute):
        return False
    made = scope.owner.attributes.get(func.value.attr, [])
    return (
        bool(made)
        and all(one.scope is scope and isinstance(one.node, ast.Call) for one in made)
        and not any(word in ast.unparse(scope.node) for word in STARTS)
    )


def returns_at_once(
    value: LibraryMethod,
    call: ast.Call | None,
    known: Known,
    scope: Scope | None,
) -> bool:
    """Whether this call of a method that may block returns at once."""
    if value.method == "put" and (
        value.receiver.unbounded or value.owner.endswith("SimpleQueue")
    ):
        return True
    if value.receiver.done and value.method in ("result", "exception"):
        return True
    if call is None:
        return False
    if value.method == "put" and scope is not None and filled_at_first(call, scope):
        return True
    if value.method in ("acquire", "get", "put") and refuses(call):
        return True
    if value.method == "wrap_socket" and any(
        k.arg == "do_handshake_on_connect" for k in call.keywords
    ):
        return True
    if polls(value.name, call):
        return True
    timeout = [k.value for k in call.keywords if k.arg == "timeout"]
    if any(isinstance(t, ast.Constant) and t.value == 0 for t in timeout):
        return known[1] in (WAITS, LOCK)
    if value.method in ("result", "exception") and scope is not None:
        return awaited_before(call, scope)
    return False
