"""The pairs, explored as they are: `run` with small workloads, and broken variants.

A variant replaces only the state, so that the same `run` meets the defect.
"""

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from bench.correctness import aio
from bench.correctness.kernel import kernel
from bench.correctness.load import Loader
from bench.correctness.scenario import WrongError, everybody_ends, show
from bench.correctness.verdict import Options, Verdict, explore_program
from bench.errors import CannotRunError
from bench.model import MODELS, Certificate, Model
from bench.pairs import PACKAGES, Pair

ROOT = Path(__file__).parents[2]
PAIR_SECONDS = 5.0  # for each workload of each pair: what is larger is cut


@dataclass
class Call:
    """`module.run` of a pair, with a workload, as a program to explore."""

    pair: Pair
    model: Model
    options: dict[str, Any]
    variant: str | None = None  # a module in `broken/`
    loader: Loader = field(default_factory=lambda: Loader(ROOT))

    @property
    def name(self) -> str:
        shape = ", ".join(f"{key}={value}" for key, value in self.options.items())
        variant = f"broken.{self.variant}" if self.variant else self.pair.name
        return f"{variant}({shape})"

    def play(self) -> str:
        module = self.loader.load(self.pair.module(self.model))
        arguments, options = self.pair.arguments(self.states(module), self.options)
        parameters = inspect.signature(module.run).parameters
        if "tell" in parameters:
            options["tell"] = silent
        outcome = module.run(*arguments, **options)
        if inspect.iscoroutine(outcome):
            outcome = aio.run(outcome)
        else:
            everybody_ends()
        kernel.alone = True
        wrong = self.pair.wrong(outcome, self.options)
        if wrong is not None:
            raise WrongError(wrong)
        return show(outcome)

    def states(self, module: Any) -> Any:
        """The module that has the state's class: the pair's own, or a broken one."""
        if self.variant is None:
            return module
        return self.loader.find(f"{PACKAGES[self.model]}.broken.{self.variant}")

    def close(self) -> None:
        self.loader.uninstall()


def silent(*_: object) -> None:
    """Tell nobody: what the outcome has is enough."""


def explore_pair(
    pair: Pair, model: Model, variant: str | None = None, seconds: float = PAIR_SECONDS
) -> Certificate:
    """Explore every small workload of a pair, the failing or the largest one told.

    Raises CannotRunError when the pair has none, or uses what is not modelled.
    """
    if not pair.explored:
        raise CannotRunError(f"{pair.name} has no workload small enough to explore")
    verdicts: list[Verdict] = []
    for options in pair.explored:
        call = Call(pair, model, dict(options), variant)
        verdicts.append(explore_program(call, Options(limit_seconds=seconds)))
        if verdicts[-1].outcome == "broken":
            break
    return certificate(pair, model, variant, verdicts)


def certificate(
    pair: Pair, model: Model, variant: str | None, verdicts: list[Verdict]
) -> Certificate:
    """What the explorations of a pair's workloads claim together."""
    outcomes = [verdict.outcome for verdict in verdicts]
    outcome = (
        "broken" if "broken" in outcomes else "cut" if "cut" in outcomes else "holds"
    )
    last = verdicts[-1]
    failure = last.failure
    if failure is not None:
        failure = msgspec.structs.replace(failure, replay=last.scenario)
    return Certificate(
        pair=pair.name,
        model=model,
        scenario=f"broken.{variant}" if variant else pair.name,
        outcome=outcome,  # type: ignore[arg-type]
        method="explored",
        expected="broken" if variant else "holds",
        schedules=sum(verdict.schedules for verdict in verdicts),
        exhausted=all(verdict.exhausted for verdict in verdicts),
        seconds=sum(verdict.seconds for verdict in verdicts),
        granularity=last.granularity,
        search=last.search,
        order=last.order if model == "asyncio" else "",
        bound="; ".join(verdict.scenario for verdict in verdicts),
        outcomes=last.outcomes,
        failure=failure,
    )


def explorable(pairs: Iterable[Pair]) -> list[tuple[Pair, Model]]:
    """The pairs that have small workloads, in each model."""
    return [(pair, model) for pair in pairs if pair.explored for model in MODELS]


def explore_all_pairs(
    pairs: Iterable[Pair], seconds: float = PAIR_SECONDS
) -> Iterator[Certificate]:
    """Explore pairs one after the other; one that cannot be is left out."""
    for pair, model in explorable(pairs):
        yield explore_pair(pair, model, seconds=seconds)


def outcome_sets(pair: Pair) -> dict[str, frozenset[str]]:
    """The end states of a pair's smallest workload, by model."""
    found: dict[str, frozenset[str]] = {}
    for model in MODELS:
        call = Call(pair, model, dict(pair.explored[0]))
        verdict = explore_program(call, Options(limit_seconds=PAIR_SECONDS))
        found[model] = frozenset(row.state for row in verdict.outcomes)
    return found
