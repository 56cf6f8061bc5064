"""The hooks of calls with `*` or `**`, such as `f(*values, key=g(), **names)`.

In some errors of these calls, Python names the called function.  In rewritten code,
Python calls a hook.  But the errors must still name the function of the program.

Python also has a special order.  If `*values` is the only positional argument, its
items are taken after the keyword arguments have been evaluated.  The hooks keep this
order.
"""

import operator
from collections.abc import Iterator
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.base_slots import class_attribute
from bench.correctness.tracking.containers import unpack

ARGUMENTS: Any = vars(partial)["args"]
DEFAULT_HINT = 10  # the number of items that CPython expects of a value without length


class Callee(partial[Any]):
    """`Callee(call, function, site)` calls a function by the hook `call`.

    To name the called object in an error, Python reads its `__qualname__` and
    `__module__`.  If the object has no `__qualname__`, Python calls `str`.  The
    attributes and `str` of a Callee are those of `function`.  So the error names
    `function`.
    """

    def __getattribute__(self, name: str) -> Any:
        return getattr(ARGUMENTS.__get__(self)[0], name)

    def __str__(self) -> str:
        return str(ARGUMENTS.__get__(self)[0])


class Later:
    """The values of `*values`; a hook reports their read when Python reads them."""

    __slots__ = ("site", "values")

    def __init__(self, values: Any, site: int) -> None:
        self.values, self.site = values, site

    def __iter__(self) -> Iterator[Any]:
        return iter(unpack(self.values, self.site))

    def __length_hint__(self) -> int:
        return operator.length_hint(self.values, DEFAULT_HINT)


def unpack_later(values: Any, site: int) -> Any:
    """Return what Python will unpack after it has evaluated the keyword arguments."""
    if type(values) is tuple or kernel.alone:
        return values
    kind = type(values)
    for name in ("__iter__", "__getitem__"):
        if class_attribute(kind, name) is not None:
            return Later(values, site)
    return values  # Python raises the error
