"""Explore the catalogue of defects and print how soon each was found.

Run it: python -m bench.studies.mutants [--under tests/mutants] [NAME ...]
"""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CATALOGUE = Path(__file__).parents[2] / "tests" / "mutants"
MENDED = "Mended"  # ends the name of a mutant's correct twin
SYMPTOM = re.compile(r"^Symptom: (?P<kinds>[\w ]+)(?P<any>, in any order only)?$", re.M)


@dataclass(frozen=True)
class Mutant:
    """A defective scenario; its correct twin is the class of that name + Mended."""

    path: Path
    name: str
    symptoms: tuple[str, ...]  # one of these must be in the failure's symptom
    any_order_only: bool  # the stock asyncio loop never shows it

    @property
    def scenario(self) -> str:
        return f"{self.path}:{self.name}"

    @property
    def twin(self) -> str:
        return self.scenario + MENDED


def catalogue(directory: Path = CATALOGUE) -> Iterator[Mutant]:
    """Yield every mutant under a directory, in the order of files and classes.

    Raises LookupError for a mutant without a twin, or without its symptom.
    """
    for path in sorted(directory.glob("[!_]*.py")):
        classes = {
            name: thing
            for name, thing in runpy.run_path(str(path)).items()
            if isinstance(thing, type) and hasattr(thing, "workers")
        }
        for name, mutant in classes.items():
            if name.endswith(MENDED):
                continue
            if name + MENDED not in classes:
                raise LookupError(f"{path}: {name} has no twin {name}{MENDED}")
            said = SYMPTOM.search((mutant.__doc__ or "").replace("    ", ""))
            if said is None:
                raise LookupError(f"{path}: {name} does not say its symptom")
            yield Mutant(
                path, name, tuple(said["kinds"].split(" or ")), bool(said["any"])
            )
