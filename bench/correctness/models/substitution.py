"""Model modules and classes, which replace those of the standard library."""

import enum
import types
from collections.abc import Collection
from typing import Any

from bench.correctness.engine.refusals import refuse

# What the program changed in model modules: module, name, value before the change.
PATCHES: list[tuple["ModelModule", str, Any]] = []
MISSING = object()  # the value of a name that was not there


class ModelModule(types.ModuleType):
    """A module that a program gets in place of a standard one; changes are undone."""

    def __setattr__(self, name: str, value: Any) -> None:
        self._x_put(name, value)

    def __delattr__(self, name: str) -> None:
        if name not in vars(self):
            raise AttributeError(name)
        self._x_put(name, MISSING)

    def _x_put(self, name: str, value: Any) -> None:
        """Set a name, or remove it: with MISSING; note what it was."""
        names = vars(self)
        PATCHES.append((self, name, names.get(name, MISSING)))
        for one in (names, *names.get("_x_namespaces", ())):
            if value is MISSING:
                one.pop(name, None)
            else:
                one[name] = value


def unpatch(kept: int = 0) -> None:
    """Undo what the program changed in model modules, but the first `kept` changes."""
    while len(PATCHES) > kept:
        module, name, before = PATCHES.pop()
        module._x_put(name, before)
        PATCHES.pop()


def module(name: str, original: types.ModuleType, **replaced: Any) -> types.ModuleType:
    """A model of a standard module: its names, some of them replaced."""
    made = ModelModule(name)
    made.__dict__.update(vars(original))
    made.__dict__.update(replaced, __file__=None)
    return made


def rebuild_class(
    cls: type,
    names: dict[str, Any],
    base: type | None = None,
    hidden: Collection[str] = (),
) -> type:
    """CPython's own class, whose functions take their globals from `names`.

    They use another name for hidden attributes.  A property of the original name then
    shows which accesses are the program's.
    """
    made: dict[str, Any] = {}
    for name, value in vars(cls).items():
        if name in ("__dict__", "__weakref__"):
            continue
        if isinstance(value, types.FunctionType):
            value = rebuild_function(value, names, hidden)
        elif isinstance(value, property) and value.fget:
            value = property(rebuild_function(value.fget, names))
        made[name] = value
    made["__module__"] = __name__
    return type(cls.__name__, (base or object,), made)


def hide(name: str) -> str:
    """The name by which a rebuilt class's own code knows a hidden attribute."""
    return f"_hidden_{name}"


def rebuild_function(
    function: Any, names: dict[str, Any], hidden: Collection[str] = ()
) -> types.FunctionType:
    """A copy of a function with other globals, which uses the names of `hide`."""
    code = function.__code__
    copy = types.FunctionType(
        code.replace(
            co_names=tuple(
                hide(name) if name in hidden else name for name in code.co_names
            )
        ),
        names,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


class RefusedClass(type):
    """The metaclass of the models of classes that cannot be controlled.

    To name such a class or what it has, to derive another from it and to ask for its
    instances is allowed; to make an instance, or to call a method, is refused.
    """

    def __call__(cls, *_: Any, **__: Any) -> Any:
        refuse(f"{cls.__module__}.{cls.__name__}")()

    def __iter__(cls, *_: object) -> Any:  # perhaps it stands for a list
        refuse(f"{cls.__module__}.{cls.__name__}")()

    __len__ = __contains__ = __iter__

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        # Perhaps only an annotation names it, or an `except` clause.
        return refused_class(f"{cls.__module__}.{cls.__name__}", name, Exception)


def refused_class(module_name: str, name: str, base: type = object) -> type:
    """A class that cannot be used, by the name that it has in its module."""
    return RefusedClass(name, (base,), {"__module__": module_name})


def refusal(original: types.ModuleType, name: str) -> Any:
    """The refusal of a function or a class of a module."""
    if isinstance(getattr(original, name), type):
        return refused_class(original.__name__, name)
    return refuse(f"{original.__name__}.{name}")


def refusals(original: types.ModuleType, *names: str) -> dict[str, Any]:
    """Refusals for these names of a module, as far as this Python has them."""
    return {name: refusal(original, name) for name in names if hasattr(original, name)}


def without_actions(
    original: types.ModuleType, allowed: Collection[str] = ()
) -> types.ModuleType:
    """A model of a module that cannot be controlled.

    It has the module's constants, its exceptions, and the functions and classes that
    are allowed; the others are refused when they are used.
    """
    refused = [
        name
        for name, value in vars(original).items()
        if callable(value)
        and name not in allowed
        and not name.startswith("__")
        and not (isinstance(value, type) and issubclass(value, HARMLESS_CLASSES))
    ]
    return module(original.__name__, original, **refusals(original, *refused))


# Classes that only name things.
HARMLESS_CLASSES = (BaseException, enum.Enum, tuple, int, str)


class UncontrolledModule(types.ModuleType):
    """A module that cannot be controlled: importing it is allowed, using it is not."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        # An exception class: the program may name it in an `except` clause.
        found = refused_class(self.__name__, name, Exception)
        setattr(self, name, found)
        return found
