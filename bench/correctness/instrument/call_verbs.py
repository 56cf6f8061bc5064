"""The verb that a trace shows for a call which uses a container, as `appends to`."""

import ast

METHODS = {  # methods of containers
    "append": "appends to",
    "appendleft": "appends to",
    "push": "pushes to",
    "extend": "extends",
    "extendleft": "extends",
    "insert": "inserts into",
    "add": "adds to",
    "update": "updates",
    "setdefault": "reads or writes",
    "pop": "pops from",
    "popleft": "pops from",
    "popitem": "pops from",
    "remove": "removes from",
    "discard": "removes from",
    "clear": "clears",
    "sort": "sorts",
    "reverse": "reverses",
    "rotate": "rotates",
    **dict.fromkeys(
        ("get", "keys", "values", "items", "copy", "index", "count", "most_common"),
        "reads",
    ),
}
READERS = frozenset(
    {
        "all", "any", "bool", "bytes", "dict", "enumerate", "filter", "frozenset",
        "iter", "len", "list", "map", "max", "min", "repr", "reversed", "set", "sorted",
        "str", "sum", "tuple", "zip",
    }
)  # fmt: skip


def verb_of_call(function: ast.expr) -> str:
    """The verb for a call of this function, such as `appends to` or `reads`."""
    if isinstance(function, ast.Attribute):
        return METHODS.get(function.attr, f"calls {function.attr} on")
    if isinstance(function, ast.Name):
        return "reads" if function.id in READERS else f"calls {function.id} on"
    return "calls"


def called_name(function: ast.expr) -> str:
    """The name of a function that is a variable or an attribute; otherwise empty."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
