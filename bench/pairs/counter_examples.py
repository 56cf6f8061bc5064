"""The counter-examples of the pairs: files in `broken/`, each with its symptom."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bench.pairs.catalogue import Pair
from bench.records.models import MODELS, PACKAGES, Model


def declared_symptom(module: str) -> str | None:
    """Return the symptom that the docstring of a counter-example declares.

    None if the model has no such file, because not every defect exists in both models.
    Raises ValueError if the docstring does not end with a `Symptom:` line.
    """
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        return None
    text = Path(spec.origin).read_text(encoding="utf-8")
    docstring = ast.get_docstring(ast.parse(text)) or ""
    label, _, symptom = docstring.rpartition("\n")[2].partition("Symptom: ")
    if label or not symptom:
        raise ValueError(f"the docstring of {module} must end with `Symptom: ...`")
    return symptom


@dataclass(frozen=True)
class CounterExample:
    """A file in `broken/` of one model, and its symptom."""

    pair: str
    model: Model
    name: str
    symptom: str

    @property
    def module(self) -> str:
        return f"{PACKAGES[self.model]}.broken.{self.name}"

    @property
    def scenario(self) -> str:
        return f"broken.{self.name}"


def counter_examples(pairs: Iterable[Pair]) -> list[CounterExample]:
    """List the counter-examples of some pairs, in each model that can have them."""
    return [
        CounterExample(pair.name, model, name, symptom)
        for pair in pairs
        for name in pair.counter_examples
        for model in MODELS
        if (symptom := declared_symptom(f"{PACKAGES[model]}.broken.{name}"))
    ]
