"""The target of `explore`: scenarios of a file, or entries of the catalogue."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.programs.packages import DEFAULT_CHOICE, PackageChoice
from bench.correctness.programs.single_run import Program
from bench.errors import CannotRunError
from bench.pairs import user_discovery
from bench.pairs.catalogue import PAIRS
from bench.pairs.explore_one import Call, Explorable, explorables, small_workloads
from bench.pairs.function_pairs import folders_of
from bench.pairs.module_files import file_of
from bench.records.models import PACKAGES

MODELS = {package: model for model, package in PACKAGES.items()}


class Listed(Call):
    """A form of a pair, or a counter-example, with its target."""

    @property
    def target(self) -> str:
        """The argument for `explore`, for example `threaded.broken.condition`."""
        scenario = f"broken.{self.variant}" if self.variant else self.pair.name
        return f"{PACKAGES[self.model]}.{scenario}"

    @property
    def name(self) -> str:
        return f"{self.target}({self.workload})"


def programs(
    target: str, choice: PackageChoice = DEFAULT_CHOICE
) -> list[Sequence[Program]]:
    """Return the programs of a target in groups.

    The programs of a group are explored in order, until one of them is broken.  Each
    scenario of a file is a group of its own.  The workloads of a form or of a
    counter-example are one group.  A counter-example needs several workloads, because
    the smallest one may not show the defect.
    """
    listed = catalogued(target)
    if not listed:
        check_it_is_a_file(target)
        return [[program] for program in find_scenarios(target, choice)]
    return [
        [
            Listed(PAIRS[one.pair], one.model, options, one.variant)
            for options in small_workloads(PAIRS[one.pair], one.model)
        ]
        for one in listed
    ]


def catalogued(target: str) -> list[Explorable]:
    """Return the entries of the catalogue that a target names; none for a file.

    Raises CannotRunError if an entry does real I/O or does not exist in this model.
    """
    packages = [one for one in MODELS if target.startswith(f"{one}.")]
    package = max(packages, key=len, default="")
    scenario = target.removeprefix(f"{package}.")
    kind, _, variant = scenario.partition(".")
    pairs = [
        pair
        for pair in PAIRS.values()
        if pair.name == scenario
        or (kind == "broken" and variant in pair.counter_examples)
    ]
    found = [one for one in explorables(pairs) if one.scenario == scenario]
    if pairs and not found:
        raise CannotRunError(
            f"{target} cannot be explored: it fetches from a real socket;"
            f" run it: python -m {package or 'threaded'}.{scenario}"
        )
    if found and package:
        models = [one.model for one in found]
        found = [one for one in found if one.model == MODELS[package]]
        if not found:
            raise CannotRunError(
                f"there is no {target}: only {' and '.join(models)} can fail that way;"
                f" explore {scenario}"
            )
    return found


def check_it_is_a_file(target: str) -> None:
    """Raise CannotRunError if a target is neither a file nor in the catalogue."""
    where = target.partition(":")[0]
    if where.endswith(".py") or "/" in where:
        return
    if Path(*where.split(".")).with_suffix(".py").is_file():
        return
    if Path(where).exists():
        raise CannotRunError(f"{where} is not a Python file; give FILE.py or a pair")
    raise CannotRunError(_of_users(target) or _absent(target))


def _absent(target: str) -> str:
    """Say that there is no such target, and suggest the nearest."""
    names = [one.scenario for one in explorables(PAIRS.values())]
    near = difflib.get_close_matches(target, names, n=1)
    hint = f"did you mean {near[0]}? Or " if near else ""
    return (
        f"there is no file or pair {target.partition(':')[0]}; {hint}give FILE.py, "
        "FILE.py:NAME or a pair that `list` shows"
    )


def _of_users(target: str) -> str | None:
    """Say how to explore a pair or a module of the user's; None for other targets."""
    if any(one.name == target for one in user_discovery.found(Path.cwd())):
        return (
            f"{target} is a pair of yours; `run {target} --lens correctness` tries its "
            "schedules; or give FILE.py"
        )
    module, colon, name = target.partition(":")
    file = file_of(module, folders_of(Path.cwd()))
    if file is None or not file.is_relative_to(Path.cwd()):
        return None
    here = file.relative_to(Path.cwd())
    return f"there is no file {module}; did you mean {here}{colon}{name}?"
