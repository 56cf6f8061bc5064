"""Models of `contextlib`, `unittest.mock` and `warnings`.

Their context managers change state that all workers share, and restore it: for example
`sys.stdout`, an attribute of any object, or the filters of warnings.  The code of
`contextlib` and `mock` is instrumented; each step of `warnings` is one operation.
"""

import contextlib
import functools
import sys
import types
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.correctness.engine.frames import is_hooks
from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.instrument.stored_files import rewritten
from bench.correctness.models.stdlib.collections_ import rebuild
from bench.correctness.models.substitution import ModelModule, module, rebuild_class
from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.hooks import HOOKS
from bench.correctness.tracking.module_state import CHANGES, access_process_state


@functools.cache
def contextlib_model() -> types.ModuleType:
    """Return `contextlib`, whose whole code is instrumented."""
    path = Path(str(contextlib.__file__))
    made = ModelModule("contextlib")
    made.__dict__.update(HOOKS, _explored_=False, __file__=None)
    code = rewritten(path.read_bytes(), str(path))
    code.execute(made.__dict__)
    return made


@functools.cache
def unittest_model() -> types.ModuleType:
    """Return `unittest`, with the model of `mock`."""
    import unittest

    made = module("unittest", unittest, mock=mock_model(), __getattr__=found_late)
    vars(made).pop("IsolatedAsyncioTestCase", None)
    return made


def found_late(name: str) -> Any:
    """Return `IsolatedAsyncioTestCase`, which `unittest` loads on its first use."""
    if name != "IsolatedAsyncioTestCase":
        raise AttributeError(f"module 'unittest' has no attribute {name!r}")
    return isolated_test_case(IMPORT[0]("asyncio"))


@functools.cache
def isolated_test_case(asyncio_model: types.ModuleType) -> type:
    """Return `unittest.IsolatedAsyncioTestCase` on the loop of this model.

    The class has an empty `__del__`.  Without it, Python could close a test case of one
    run during a later run.
    """
    from unittest import async_case

    stock: Any = async_case.IsolatedAsyncioTestCase
    names = {**vars(async_case), "asyncio": asyncio_model}
    made: Any = rebuild_class(stock, names, stock)
    made.__del__ = lambda _: None
    made.__module__ = stock.__module__
    return made  # type: ignore[no-any-return]


IMPORT: list[Callable[[str], Any]] = []  # at most one: how the program imports


def import_by(importer: Callable[[str], Any]) -> None:
    """Set the function that imports a module in the same way as the program does."""
    IMPORT[:] = [importer]


def resolve(path: str) -> Any:
    """Return the value of a dotted name in the program, like `pkgutil.resolve_name`."""
    first, *others = path.split(".")
    found = IMPORT[0](first)
    for number, name in enumerate(others, 2):
        try:
            found = getattr(found, name)
        except AttributeError:
            found = IMPORT[0](".".join(path.split(".")[:number]))
    return found


@functools.cache
def mock_model() -> types.ModuleType:
    """Return `unittest.mock`: `patch` is instrumented, a use of a mock is one step."""
    from unittest import mock

    made = rebuild(
        mock,
        *("_patch", "_patch_dict", "_clear_dict", "_patch_object", "_patch_multiple"),
        *("_patch_stopall", "_get_target", "patch"),
    )
    names = made["patch"].__globals__
    names["pkgutil"] = types.SimpleNamespace(resolve_name=resolve)
    for name, value in vars(mock.patch).items():  # such as `patch.object`
        known = made.get(getattr(value, "__name__", ""), value)
        setattr(made["patch"], name, known)
    return module("unittest.mock", mock, **made)


# --- Warnings -------------------------------------------------------------------------


def recorded(name: str, *, write: bool) -> Callable[..., Any]:
    """Wrap a function of `warnings`, so that it records its use of the filters."""
    original = getattr(warnings, name)

    @functools.wraps(original)
    def function(*args: Any, **options: Any) -> Any:
        if write:
            save_warnings()
        if not kernel.alone:
            access_process_state("warnings", write, CALLBACK_SITE)
            log = getattr(getattr(warnings, "_showwarnmsg_impl", None), "__self__", 0)
            if not write and type(log) is list:
                access(log, None, True, CALLBACK_SITE, True)
        if name == "warn":
            given = dict(zip(OF_WARN, args, strict=False))
            level = given.pop("stacklevel", options.get("stacklevel", 1))
            args, options = (), {**given, **options}
            options["stacklevel"] = level_with_hooks(level)
        return original(*args, **options)

    return function


OF_WARN = ("message", "category", "stacklevel", "source")


def level_with_hooks(level: Any) -> Any:
    """Return the `stacklevel` for the real `warn`, which counts frames of hooks too."""
    if type(level) is not int or level < 1:
        return level
    count, frame = 1, sys._getframe(1)
    while level and frame.f_back is not None:
        frame = frame.f_back
        count += 1
        level -= not is_hooks(frame)
    return count + level


def save_warnings() -> None:
    """Save the filters and functions of `warnings`, to restore them after the run."""
    saved = dict(vars(warnings)), list(warnings.filters)

    def undo() -> None:
        names, filters = saved
        vars(warnings).update(names)
        warnings.filters[:] = filters  # type: ignore[index]
        warnings._filters_mutated()  # type: ignore[attr-defined]

    CHANGES.append(undo)


class CatchWarnings(warnings.catch_warnings):
    """`warnings.catch_warnings`, which records what it changes."""

    def __enter__(self) -> Any:
        self.record_change()
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        self.record_change()
        super().__exit__(*error)

    def record_change(self) -> None:
        save_warnings()
        if not kernel.alone:
            access_process_state("warnings", True, CALLBACK_SITE)


WARNINGS = module(
    "warnings",
    warnings,
    catch_warnings=CatchWarnings,
    warn=recorded("warn", write=False),
    simplefilter=recorded("simplefilter", write=True),
    filterwarnings=recorded("filterwarnings", write=True),
    resetwarnings=recorded("resetwarnings", write=True),
)
# Modules whose models are made when a program first imports them.
LATE: dict[str, Callable[[], types.ModuleType]] = {
    "contextlib": contextlib_model,
    "unittest": unittest_model,
    "unittest.mock": mock_model,
    "warnings": lambda: WARNINGS,
}
