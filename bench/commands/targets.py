"""What the word after `explore` stands for: a file's scenarios, or the catalogue's."""

import difflib
from collections.abc import Sequence
from pathlib import Path

from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.programs.single_run import Program
from bench.errors import CannotRunError
from bench.pairs.catalogue import PAIRS
from bench.pairs.explored import Call, Subject, subjects
from bench.records.models import PACKAGES

MODELS = {"threaded": "threads", "asyncio_impl": "asyncio"}  # by package


class Listed(Call):
    """A form of a pair, or a counter-example, called as it is asked for."""

    @property
    def target(self) -> str:
        """The word that explores it again: `threaded.broken.condition`."""
        scenario = f"broken.{self.variant}" if self.variant else self.pair.name
        return f"{PACKAGES[self.model]}.{scenario}"

    @property
    def name(self) -> str:
        return f"{self.target}({self.workload})"


def programs(target: str) -> list[Sequence[Program]]:
    """What to explore, in groups: of each, no more once one of its programs is broken.

    A scenario of a file is a group of its own; the small workloads of a
    counter-example are one, for those too small to show its defect say nothing.
    """
    listed = catalogued(target)
    if not listed:
        check_it_is_a_file(target)
        return [[program] for program in find_scenarios(target)]
    return [
        [
            Listed(PAIRS[one.pair], one.model, dict(options), one.variant)
            for options in PAIRS[one.pair].explored
        ]
        for one in listed
    ]


def catalogued(target: str) -> list[Subject]:
    """The entries of the catalogue that a word names; none for any other word.

    Raises CannotRunError for an entry that does real I/O, or that this model lacks.
    """
    package, _, scenario = target.partition(".")
    if package not in MODELS:
        package, scenario = "", target
    kind, _, variant = scenario.partition(".")
    pairs = [
        pair
        for pair in PAIRS.values()
        if pair.name == scenario
        or (kind == "broken" and variant in pair.counter_examples)
    ]
    found = [one for one in subjects(pairs) if one.scenario == scenario]
    if pairs and not found:
        raise CannotRunError(
            f"{target} cannot be explored, for it fetches from a real socket;"
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
    """Raise CannotRunError for a word that is neither a file's nor the catalogue's."""
    where = target.partition(":")[0]
    if where.endswith(".py") or "/" in where:
        return
    if Path(*where.split(".")).with_suffix(".py").is_file():
        return
    if Path(where).exists():
        raise CannotRunError(f"{where} is not a Python file; give FILE.py or a pair")
    names = [one.scenario for one in subjects(PAIRS.values())]
    near = difflib.get_close_matches(target, names, n=1)
    hint = f"did you mean {near[0]}? Or " if near else ""
    raise CannotRunError(
        f"there is no file or pair {where}; {hint}give FILE.py, FILE.py:NAME"
        " or a pair that `list` shows"
    )
