"""The hook of `with`: it reports what a context manager of the library changes."""

from types import FunctionType, MethodType
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.races import CLASS
from bench.correctness.tracking.accesses import read_class
from bench.correctness.tracking.base_slots import class_attribute, is_rewritten
from bench.correctness.tracking.before_calls import BEFORE
from bench.correctness.tracking.type_cache import TypeCache


def is_foreign(kind: type) -> bool:
    """Whether the `__enter__` of a type is Python code of the library."""
    method = class_attribute(kind, "__enter__")
    if type(method) is not FunctionType or is_rewritten(method):
        return False
    return not is_ours(str(method.__globals__.get("__name__")))


FOREIGN_MANAGERS = TypeCache(is_foreign)
KNOWN_MANAGERS = FOREIGN_MANAGERS.known


def manage(manager: Any, site: int) -> Any:
    """Return a context manager, wrapped to report accesses if it is the library's."""
    if kernel.alone:
        return manager
    if CLASS in kernel.written_names:
        read_class(manager, site)
    try:
        foreign = KNOWN_MANAGERS[type(manager)]
    except KeyError:
        foreign = FOREIGN_MANAGERS[type(manager)]
    return ReportedManager(manager, site) if foreign else manager


class ReportedManager:
    """A context manager that reports what another context manager accesses."""

    def __init__(self, manager: Any, site: int) -> None:
        self.manager, self.site = manager, site

    def __enter__(self) -> Any:
        return self.call("__enter__")

    def __exit__(self, *error: Any) -> Any:
        return self.call("__exit__", *error)

    def call(self, name: str, *args: Any) -> Any:
        method = class_attribute(type(self.manager), name)
        bound = method.__get__(self.manager, type(self.manager))
        if not kernel.alone:
            BEFORE[MethodType](bound, self.site, ())
        return bound(*args)
