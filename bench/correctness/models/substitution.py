"""Build the model modules and model classes that replace standard ones."""

import enum
import types
from collections.abc import Collection
from typing import Any

from bench.correctness.engine.models_of_c import note_models_of_c
from bench.correctness.engine.refusals import refuse

# The changes that programs made in model modules: module, name, previous value.
PATCHES: list[tuple["ModelModule", str, Any]] = []
MISSING = object()  # stands for the value of a name that does not exist


class ModelModule(types.ModuleType):
    """A model of a standard module; a program's changes to it can be undone."""

    def __setattr__(self, name: str, value: Any) -> None:
        self._x_put(name, value)

    def __delattr__(self, name: str) -> None:
        if name not in vars(self):
            raise AttributeError(name)
        self._x_put(name, MISSING)

    def _x_put(self, name: str, value: Any) -> None:
        """Set a name and record its previous value; MISSING removes the name."""
        names = vars(self)
        PATCHES.append((self, name, names.get(name, MISSING)))
        for one in (names, *names.get("_x_namespaces", ())):
            if value is MISSING:
                one.pop(name, None)
            else:
                one[name] = value


def unpatch(kept: int = 0) -> None:
    """Undo the changes to model modules, except the first `kept` changes."""
    while len(PATCHES) > kept:
        module, name, before = PATCHES.pop()
        module._x_put(name, before)
        PATCHES.pop()


def module(name: str, original: types.ModuleType, **replaced: Any) -> types.ModuleType:
    """Return a model of a standard module, with other values for some names."""
    made = ModelModule(name)
    note_models_of_c(vars(original), replaced)
    made.__dict__.update(vars(original))
    made.__dict__.update(replaced, __file__=None)
    return made


def rebuild_class(
    cls: type,
    names: dict[str, Any],
    base: type | None = None,
    hidden: Collection[str] = (),
) -> type:
    """Copy a class of CPython; the functions of the copy use `names` as globals.

    In the copy, the functions use another name for each hidden attribute.  So only the
    program still uses the original name.  A property of the original name therefore
    sees the accesses of the program, and no others.
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
    """Return the name that a hidden attribute has in the code of a rebuilt class."""
    return f"_hidden_{name}"


def rebuild_function(
    function: Any, names: dict[str, Any], hidden: Collection[str] = ()
) -> types.FunctionType:
    """Copy a function with other globals; in the copy, `hidden` names are renamed."""
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
    """The metaclass of model classes that replace what cannot be controlled.

    A model class replaces a class, or any attribute of an `UncontrolledModule`.

    A program may name the model class or its attributes, derive a class from it, and
    use it in `isinstance`.  To make an instance or to call a method is refused.
    """

    def __call__(cls, *_: Any, **__: Any) -> Any:
        refuse(f"{cls.__module__}.{cls.__name__}")()

    # The replaced object may be a list, so the program may iterate over it.  Without
    # this method, Python would raise a TypeError instead of the refusal.
    def __iter__(cls, *_: object) -> Any:
        refuse(f"{cls.__module__}.{cls.__name__}")()

    __len__ = __contains__ = __iter__

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        # The attribute is not refused yet, because the program may use it only in an
        # annotation or in an `except` clause, which needs an exception class.
        return refused_class(f"{cls.__module__}.{cls.__name__}", name, Exception)


def refused_class(module_name: str, name: str, base: type = object) -> type:
    """Make a class with this name, in the module of this name, whose use is refused."""
    return RefusedClass(name, (base,), {"__module__": module_name})


def refusal(original: types.ModuleType, name: str) -> Any:
    """Return what replaces a function or class of a module: its use is refused."""
    if isinstance(getattr(original, name), type):
        return refused_class(original.__name__, name)
    return refuse(f"{original.__name__}.{name}")


def refusals(original: types.ModuleType, *names: str) -> dict[str, Any]:
    """Return refusals of these names; names that this Python lacks are left out."""
    return {name: refusal(original, name) for name in names if hasattr(original, name)}


def without_actions(
    original: types.ModuleType, allowed: Collection[str] = ()
) -> types.ModuleType:
    """Return a model of a module that the explorer cannot control.

    The model has the module's constants, exceptions and other HARMLESS_CLASSES, and the
    functions and classes in `allowed`.  The use of any other name is refused.
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


# Classes whose instances are only values.
HARMLESS_CLASSES = (BaseException, enum.Enum, tuple, int, str)


class UncontrolledModule(types.ModuleType):
    """A module that cannot be controlled: importing it is allowed, using it is not."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        # The program may name the attribute in an `except` clause, which needs an
        # exception class.
        found = refused_class(self.__name__, name, Exception)
        setattr(self, name, found)
        return found
