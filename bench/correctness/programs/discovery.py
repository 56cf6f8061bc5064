"""Find what to explore: the scenarios of a file, one of them, or a function."""

import difflib
import inspect
import types
from pathlib import Path
from typing import Any

from bench.correctness.instrument.local_classes import LOCALS
from bench.correctness.programs.first_import import first_import
from bench.correctness.programs.function import FunctionProgram
from bench.correctness.programs.loader import Loader, module_name
from bench.correctness.programs.packages import DEFAULT_CHOICE, PackageChoice
from bench.correctness.programs.scenario import ScenarioClass
from bench.correctness.programs.single_run import Program
from bench.correctness.programs.wrong_workers import (
    CONVENTION,
    Refused,
    wrong_workers,
)
from bench.errors import CannotRunError


def find_scenarios(
    target: str, choice: PackageChoice = DEFAULT_CHOICE
) -> list[Program]:
    """Return the scenarios that a target names.

    A target is "file.py", "file.py:Name" or "package.module:Name".  Raises
    CannotRunError if the target names no scenario.  If the file has other scenarios,
    the message lists them.
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
    if LOCALS in wanted:
        loader.lifted = {module: wanted}
        wanted = wanted.rpartition(f"{LOCALS}.")[2]
    loaded = first_import(loader, module, where)
    if wanted:
        return [program_named(loader, loaded, wanted, where)]
    found: list[Program] = []
    for name, cls in own_classes(loaded):
        wrong = wrong_workers(cls, loaded.__file__)
        if wrong is not None:
            found.append(Refused(loader, f"{where}:{name}", f"{where}:{name}: {wrong}"))
        elif has_workers(cls):
            found.append(ScenarioClass(loader, module, name, where))
    if not found:
        raise CannotRunError(f"{where} has no scenario: {CONVENTION}")
    return found


def program_named(
    loader: Loader, module: types.ModuleType, wanted: str, where: str
) -> Program:
    """Return the program for a class or function of a module.

    Raises CannotRunError if no class or function has that name, or if the class has no
    workers that can be run.
    """
    found: Any = module
    for part in wanted.split("."):
        found = getattr(found, part, None)
    if isinstance(found, type):
        wrong = wrong_workers(found, module.__file__)
        if wrong is not None:
            raise CannotRunError(f"{where}:{wanted}: {wrong}")
        if not has_workers(found):
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

    The file of the class or function is loaded again and rewritten.  Raises
    CannotRunError if it is defined in no file.
    """
    return find_scenarios(file_of(thing), choice)[0]


def program_of(target: Any, choice: PackageChoice = DEFAULT_CHOICE) -> Program:
    """Return the only program of a target; raise CannotRunError if it has several."""
    if not isinstance(target, str | Path):
        return scenario_of(target, choice)
    found = find_scenarios(str(target), choice)
    if len(found) > 1:
        names = ", ".join(program.name.rpartition(":")[2] for program in found)
        raise CannotRunError(f"{target} has {len(found)} scenarios, name one: {names}")
    return found[0]


def file_of(thing: Any) -> str:
    """Return the target, "file.py:Name", of a class or function.

    Raises CannotRunError if it is defined in no file.
    """
    try:
        file = inspect.getfile(thing)
    except (TypeError, OSError):
        raise CannotRunError(
            f"{thing!r} has no source file; give explore() a class or a function"
            " that is defined in a file"
        ) from None
    return f"{file}:{thing.__qualname__}"


def scenario_names(module: types.ModuleType) -> list[str]:
    """Return the names of the classes with `workers` that a module defines."""
    return [name for name, cls in own_classes(module) if has_workers(cls)]


def own_classes(module: types.ModuleType) -> list[tuple[str, type]]:
    """Return the classes that a module itself defines, with their names."""
    return [
        (name, value)
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
    ]


def has_workers(cls: type) -> bool:
    workers = getattr(cls, "workers", None)
    return isinstance(workers, tuple | list) and bool(workers)
