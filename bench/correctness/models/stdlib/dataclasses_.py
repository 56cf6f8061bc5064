"""The methods that `dataclass` generates, with hooks like code in a file.

`dataclasses` writes these methods as text and executes the text.  Here the text is
first rewritten like the program.  So `__init__` writes one field after another, and
`__repr__` reads one field after another.
"""

import ast
import contextlib
import dataclasses
import functools
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from bench.correctness.engine.frames import GENERATED
from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.compiler import rewrite
from bench.correctness.instrument.relocation import RewrittenCode
from bench.correctness.models.stdlib.collections_ import DATACLASS_FUNCTIONS
from bench.correctness.models.substitution import module
from bench.correctness.tracking.hooks import HOOKS


@functools.cache
def rewritten(text: str) -> RewrittenCode:
    """Return the code of generated methods with hooks; the cache keeps its sites."""
    return rewrite(ast.parse(text), GENERATED, generated=True).link()


def execute(text: str, names: dict[str, Any], made: dict[str, Any]) -> None:
    """Define generated methods with hooks; `names` are those of the class's module.

    `make_dataclass` may make the class in a module that does not belong to the program.
    The names of this module include no hooks.  So the methods get a copy of the names,
    with hooks.  A copy is enough: later changes of the module do not affect the
    methods, because they use no names of the module.
    """
    built_in = names.get("__builtins__")
    if isinstance(built_in, types.ModuleType):
        built_in = vars(built_in)
    if "_explored_" not in names and "_explored_" not in (built_in or ()):
        names = {**names, **HOOKS}
    exec(rewritten(text).code, names, made)


def guarded(method: Callable[[Any], str]) -> Callable[[Any], str]:
    """Wrap a `__repr__`, so that it shows an object within itself as dots.

    Calls by different workers are kept apart.
    """
    running: set[tuple[int, int]] = set()

    @functools.wraps(method)
    def shown(self: Any) -> str:
        key = id(self), kernel.current.number
        if key in running:
            return "..."
        running.add(key)
        try:
            return method(self)
        finally:
            running.discard(key)

    return shown


def rebased(function: types.FunctionType, names: dict[str, Any]) -> Any:
    """Return a copy of a function that has these names as globals."""
    made = types.FunctionType(
        function.__code__,
        names,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    made.__kwdefaults__ = function.__kwdefaults__
    return functools.update_wrapper(made, function)


def rebased_names() -> dict[str, Any]:
    """Return the names of `dataclasses`; its functions generate methods with hooks."""
    names = {**vars(dataclasses)}
    for name, value in vars(dataclasses).items():
        if isinstance(value, types.FunctionType) and value.__module__ == "dataclasses":
            names[name] = rebased(value, names)
        elif name == "_FuncBuilder":  # since Python 3.13
            members = {
                key: rebased(one, names) if isinstance(one, types.FunctionType) else one
                for key, one in vars(value).items()
                if key not in ("__dict__", "__weakref__")
            }
            names[name] = type(name, (), members)
    table: dict[Any, Any] = names["_hash_action"]
    names["_hash_action"] = {
        key: one and names.get(one.__name__, one) for key, one in table.items()
    }
    names["exec"] = execute
    names["_recursive_repr"] = guarded
    names["recursive_repr"] = lambda: guarded  # since Python 3.13
    names.update(DATACLASS_FUNCTIONS)
    return names


NAMES = rebased_names()
GENERATING = NAMES["dataclass"]


def dataclass(cls: Any = None, /, **options: Any) -> Any:
    """`dataclasses.dataclass`, whose generated methods have hooks."""
    if cls is None:
        return lambda one: dataclass(one, **options)
    with stock_name(cls):
        return GENERATING(**options)(cls)


@contextlib.contextmanager
def stock_name(cls: type) -> Iterator[None]:
    """Within the block, a class's module has the real `dataclasses`, not the model.

    The real `dataclasses` looks up names of that module if an annotation is a text,
    such as `"dataclasses.InitVar[int]"`.
    """
    names = vars(sys.modules.get(cls.__module__, sys))
    modelled = [name for name, value in names.items() if value is DATACLASSES]
    names.update(dict.fromkeys(modelled, dataclasses))
    try:
        yield
    finally:
        names.update(dict.fromkeys(modelled, DATACLASSES))


NAMES["dataclass"] = dataclass  # for `make_dataclass`
DATACLASSES = module(
    "dataclasses",
    dataclasses,
    dataclass=dataclass,
    make_dataclass=NAMES["make_dataclass"],
    **DATACLASS_FUNCTIONS,
)
