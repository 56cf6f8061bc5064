"""Find what to explore: the scenarios of a file, one of them, or a function."""

import difflib
import inspect
import types
from pathlib import Path
from typing import Any

from bench.correctness.programs.first_import import first_import
from bench.correctness.programs.function import FunctionProgram
from bench.correctness.programs.loader import Loader, module_name
from bench.correctness.programs.packages import DEFAULT_CHOICE, PackageChoice
from bench.correctness.programs.scenario import ScenarioClass
from bench.correctness.programs.single_run import Program
from bench.errors import CannotRunError

CONVENTION = (
    "a scenario is a class with a tuple of its methods as `workers`,"
    " such as workers = (increment, increment), and perhaps a method `check`"
)


def find_scenarios(
    target: str, choice: PackageChoice = DEFAULT_CHOICE
) -> list[Program]:
    """Return the scenarios that a target names.

    A target is "file.py", "file.py:Name" or "package.module:Name".  Raises
    CannotRunError when there are none; its message names those that exist.
    """
    where, _, wanted = target.partition(":")
    if where.endswith(".py") or "/" in where:
        path = Path(where).resolve()
    else:
        path = Path(*where.split(".")).with_suffix(".py").resolve()
    if not path.is_file():
        raise CannotRunError(f"there is no file {where}; give FILE.py or FILE.py:NAME")
    module, root = module_name(path)
    loader = Loader(root, choice)
    if "." not in module or path.stem.count("."):
        module = loader.target(path, path.stem.replace(".", "_"))
    loaded = first_import(loader, module, where)
    if wanted:
        return [program_named(loader, loaded, wanted, where)]
    names = scenario_names(loaded)
    if not names:
        raise CannotRunError(f"{where} has no scenario: {CONVENTION}")
    return [ScenarioClass(loader, module, name, where) for name in names]


def program_named(
    loader: Loader, module: types.ModuleType, wanted: str, where: str
) -> Program:
    """Return the program for a class or function of a module.

    Raises CannotRunError when there is none of that name.
    """
    found: Any = module
    for part in wanted.split("."):
        found = getattr(found, part, None)
    if isinstance(found, type):
        workers = getattr(found, "workers", None)
        if not isinstance(workers, tuple | list) or not workers:
            raise CannotRunError(f"{where}:{wanted} has no workers: {CONVENTION}")
        return ScenarioClass(loader, module.__name__, wanted, where)
    if isinstance(found, types.FunctionType):
        return FunctionProgram(loader, module.__name__, wanted, where)
    names = scenario_names(module)
    near = difflib.get_close_matches(wanted, names, n=1)
    raise CannotRunError(
        f"{where} has no scenario {wanted}; "
        + (f"did you mean {near[0]}? " if near else "")
        + (f"it has: {', '.join(names)}" if names else CONVENTION)
    )


def scenario_of(thing: Any, choice: PackageChoice = DEFAULT_CHOICE) -> Program:
    """Return the program for a class or function.

    Its file is loaded again, transformed.  Raises CannotRunError when it has none.
    """
    try:
        file = inspect.getfile(thing)
    except (TypeError, OSError):
        raise CannotRunError(
            f"{thing!r} has no source file; give explore() a class or a function"
            " that is defined in a file"
        ) from None
    return find_scenarios(f"{file}:{thing.__qualname__}", choice)[0]


def scenario_names(module: types.ModuleType) -> list[str]:
    """Return the names of the classes with `workers` that a module defines."""
    return [
        name
        for name, value in vars(module).items()
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and isinstance(workers := getattr(value, "workers", None), tuple | list)
        and workers
    ]
