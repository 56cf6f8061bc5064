"""How a standard module or class is stood in for by one on the kernel."""

import types
from collections.abc import Collection
from typing import Any

from bench.errors import CannotRunError

PATCHES: list[tuple[types.ModuleType, str, Any]] = []  # with what was there before
NOTHING = object()


class ModelModule(types.ModuleType):
    """A module that the program gets for another, and may change while it runs."""

    def __setattr__(self, name: str, value: Any) -> None:
        PATCHES.append((self, name, vars(self).get(name, NOTHING)))
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        PATCHES.append((self, name, vars(self).get(name, NOTHING)))
        super().__delattr__(name)


def unpatch(kept: int = 0) -> None:
    """Undo what was changed in stand-ins, but for the first few changes."""
    while len(PATCHES) > kept:
        module, name, before = PATCHES.pop()
        if before is NOTHING:
            vars(module).pop(name, None)
        else:
            vars(module)[name] = before


def module(name: str, original: types.ModuleType, **replaced: Any) -> types.ModuleType:
    """A stand-in for a standard module: what is replaced, and the rest as it is."""
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
    """CPython's own class, its functions looking up their globals among ours.

    They know hidden attributes by another name: the program's looks can be told apart.
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
    return f"_hidden_{name}"


def rebuild_function(
    function: Any, names: dict[str, Any], hidden: Collection[str] = ()
) -> types.FunctionType:
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


def refuse(what: str) -> Any:
    """Stand in for something that cannot be controlled: say so when it is used."""

    def refused(*_: object, **__: object) -> Any:
        raise CannotRunError(
            f"{what} is not modelled, so its schedules cannot be explored;"
            " replace it in the scenario, or test it otherwise"
        )

    return refused


def refusals(original: types.ModuleType, *names: str) -> dict[str, Any]:
    """Refuse these of a module, as far as this Python has them."""
    return {
        name: refuse(f"{original.__name__}.{name}")
        for name in names
        if hasattr(original, name)
    }
