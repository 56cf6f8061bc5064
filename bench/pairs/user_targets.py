"""Finds the functions and the arguments that the user names, in a worker process.

Standard library only.  Each refusal says what is wrong and what to write instead.
"""

import difflib
import importlib
import inspect
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bench.records.user_pairs import TARGET

SHOWN = 80  # the most characters of a value in a message
MOST_NAMES = 8  # the most names that a message lists
ALIKE = 0.75  # from this ratio of difflib on, a name is a misspelling of the other one
PASSED = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class UnusableError(Exception):
    """The named object cannot be called as requested; the text says why."""


def function_of(target: str) -> Any:
    """Return the function that `package.module:name` names; imports the module."""
    return checked_function(target, resolve(target))


def checked_function(target: str, found: Any) -> Any:
    """Return what a target names; raises UnusableError if it cannot be called."""
    if not callable(found):
        raise UnusableError(f"{target} is {short(repr(found))}, not a function")
    return found


def resolve(target: str) -> Any:
    """Return the object that `package.module:name` names; imports the module."""
    return member(_imported(target.partition(":")[0]), target)


def member(found: Any, target: str) -> Any:
    """Return the object that `package.module:name` names in its loaded module."""
    module, _, path = target.partition(":")
    for name in path.split("."):
        if not hasattr(found, name):
            raise UnusableError(f"{module} has no {path}; {_there(found, name)}")
        found = getattr(found, name)
    return found


def _imported(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as problem:
        missing = problem.name or ""
        if missing != module and not module.startswith(f"{missing}."):
            raise  # the module exists, and imports another one that does not
    package, _, name = missing.rpartition(".")
    path = getattr(sys.modules.get(package), "__path__", []) if package else sys.path
    near = difflib.get_close_matches(name, _modules(path), n=1, cutoff=ALIKE)
    hint = (
        f"did you mean {'.'.join(filter(None, (package, near[0])))}?"
        if near
        else "start in the folder that has it, or install it"
    )
    raise UnusableError(f"No module named {missing!r}; {hint}")


def _modules(path: Iterable[str]) -> list[str]:
    """Return the names of the modules in some folders."""
    import pkgutil  # only for a message: a worker that measures stays small

    return sorted({one.name for one in pkgutil.iter_modules(path)})


def _there(found: Any, name: str) -> str:
    """Suggest names that the module has: similar names, else some other names."""
    there = [one for one in dir(found) if not one.startswith("_")]
    if near := difflib.get_close_matches(name, there, n=1):
        return f"did you mean {near[0]}?"
    if not there and (modules := _modules(getattr(found, "__path__", ()))):
        return f"it is a package of {', '.join(modules[:MOST_NAMES])}"
    return f"it has {', '.join(there[:MOST_NAMES]) or 'nothing'}"


def arguments(
    text: str, resolve: Callable[[str], Any] = resolve
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Read the arguments of a call, from JSON or from an object of a module."""
    found = resolve(text) if TARGET.fullmatch(text) else json.loads(text)
    if isinstance(found, Mapping):
        return (), {str(name): value for name, value in found.items()}
    if isinstance(found, list | tuple):
        return tuple(found), {}
    raise UnusableError(f"{text} is {found!r}, neither an object nor a list")


def check_signature(
    target: str,
    function: Any,
    positional: tuple[Any, ...],
    named: dict[str, Any],
    option: str = "args",
) -> None:
    """Raise UnusableError if a function does not take these arguments.

    `option` is the option that gives the arguments, and the key of a table.
    """
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # a function in C checks them when called
        return
    try:
        signature.bind(*positional, **named)
    except TypeError as problem:
        given = ", ".join(
            [*map(repr, positional), *(f"{k}={named[k]!r}" for k in named)]
        )
        raise UnusableError(
            f"{target}{signature} does not take ({short(given)}): {problem}; "
            f"{_arguments_of(signature, option)}"
        ) from None


def _arguments_of(signature: inspect.Signature, option: str) -> str:
    """Say how to write the arguments that a function needs."""
    single = [one for one in signature.parameters.values() if one.kind not in PASSED]
    needed = [one for one in single if one.default is one.empty] or single[:1]
    if not needed:
        return "leave its arguments out"
    if any(one.kind is one.POSITIONAL_ONLY for one in needed):
        text = ", ".join(["..."] * len(needed)).join("[]")
    else:
        text = ", ".join([f'"{one.name}": ...' for one in needed]).join("{}")
    return f"give --{option} '{text}', or {option} in the table of the pair"


def check_takes_one(target: str, function: Any) -> None:
    """Raise UnusableError if a check does not take one argument, the outcome."""
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return
    try:
        signature.bind(None)
    except TypeError:
        raise UnusableError(
            f"{target}{signature} does not take one argument; a check takes the outcome"
        ) from None


def generates(target: str, outcome: object) -> str | None:
    """Why a function that returns a generator cannot be timed; None for all others.

    A call of such a function only makes the generator, and runs none of its code.
    """
    if inspect.isgenerator(outcome):
        outcome.close()
        kind, use = "a generator", "`def run(): return list(f())`"
    elif inspect.isasyncgen(outcome):
        kind = "an asynchronous generator"
        use = "`async def run(): return [x async for x in f()]`"
    else:
        return None
    return (
        f"{target} returns {kind}, and a call runs none of its code; name a function "
        f"that uses it up, such as {use}"
    )


def short(text: str) -> str:
    """Return a text that is short enough for a message."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…"
