"""A run: takes every pair through the three lenses, and writes one ledger.

The shape lens comes first, because it takes almost no time.  The correctness lens comes
before the throughput lens, so that a pair is checked before it is timed.  A resumed run
skips what its ledger already has.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing, nullcontext, suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal

from bench import shape
from bench.errors import CannotRunError
from bench.ledger.store import Ledger
from bench.pairs import explore_all, explore_one, provoked
from bench.pairs.catalogue import Pair
from bench.pairs.counter_examples import CounterExample, counter_examples
from bench.pairs.function_pairs import FunctionPair
from bench.records.certificates import Certificate
from bench.records.locks import LockNeeds
from bench.records.models import MODELS, Model
from bench.records.primitives import Internals
from bench.records.runs import End, Entry
from bench.records.samples import Measurement, Sample
from bench.records.shapes import ShapeComparison
from bench.runs import resumed_parts, user_correctness
from bench.shape import internals
from bench.throughput import probing, session
from bench.throughput.measuring import Progress
from bench.throughput.planning import Plan

Lens = Literal["shape", "correctness", "throughput"]
CORRECTNESS_SHARE = 0.3  # the largest share of the time, if speeds are measured too
LENSES: tuple[Lens, ...] = ("shape", "correctness", "throughput")


@dataclass(frozen=True)
class LensProgress:
    """A lens has done one more of its items."""

    lens: Lens | Literal["costs"]
    at: str
    done: int
    of: int


Checked = Certificate | CounterExample | explore_one.Explorable
Records = Sequence[Certificate | LockNeeds]
WITHOUT = "without its locks"  # these words follow the name of the program
RunProgress = LensProgress | Progress


def run(
    pairs: Sequence[Pair],
    plan: Plan,
    lenses: Iterable[Lens],
    ledger: Ledger,
    before: Sequence[Entry] = (),
    seconds: float | None = None,
    used: float = 0.0,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[RunProgress, None, None]:
    """Take the pairs through these lenses; append each record as soon as it exists.

    `before`: the records that the ledger already has.  `seconds`: the time left, by
    default the budget of the plan.  `used`: the time that this part of the run has
    already taken.  If speeds are measured too, the exploration may take
    CORRECTNESS_SHARE of `seconds`.  Yields the progress.  Raises CannotRunError if the
    ledger cannot be written.
    """
    lenses, start = tuple(lenses), clock()
    if seconds is None:
        seconds = plan.settings.budget_seconds
    end = start + seconds
    unchecked: list[str] = []
    if "shape" in lenses:
        yield from _shape(pairs, ledger, before)
    if "correctness" in lenses:
        share = CORRECTNESS_SHARE if "throughput" in lenses else 1.0
        until = start + share * seconds
        mine = _user_forms(pairs, before)
        # The user's functions come first: there are few, and the user gave them small
        # arguments, so that they are explored.
        yield from _user_correctness(mine, ledger, lambda: until - clock())
        checked = _Correctness(pairs, before)
        yield from checked.progress(ledger, lambda: until - clock())
        unchecked = [*map(_named_form, mine), *checked.left]
    if "throughput" in lenses:
        samples = [entry for entry in before if isinstance(entry, Sample)]
        spent = sum(sample.elapsed_seconds for sample in samples)
        left = max(0.0, end - clock() - plan.costs_seconds)
        timed = replace(plan, seconds=left + spent)
        yield from session.run(timed, ledger, samples)
        yield from _costs(plan, ledger, before, lambda: end - clock())
    ledger.append(
        End(
            finished=time.time(),
            elapsed_seconds=resumed_parts.spent_seconds(before)
            + used
            + clock()
            - start,
            unchecked=tuple(unchecked),
            warnings=resumed_parts.warnings(before),
        )
    )


def _shape(
    pairs: Sequence[Pair], ledger: Ledger, before: Iterable[Entry]
) -> Iterator[LensProgress]:
    before = list(before)
    described = {one.primitive for one in before if isinstance(one, Internals)}
    ledger.append_all(
        [one for one in internals.find() if one.primitive not in described]
    )
    known = {entry.pair for entry in before if isinstance(entry, ShapeComparison)}
    for done, pair in enumerate(pairs, 1):
        if pair.name not in known:
            with (
                suppress(CannotRunError)
                if isinstance(pair, FunctionPair)
                else nullcontext()
            ):
                # the user's pairs may have no source
                ledger.append(shape.compare(pair))
        yield LensProgress("shape", pair.name, done, len(pairs))


Form = tuple[FunctionPair, Model]


def _user_forms(pairs: Sequence[Pair], before: Iterable[Entry]) -> list[Form]:
    """The functions of the user with small arguments that have no certificate yet."""
    known = {(one.pair, one.model) for one in before if isinstance(one, Certificate)}
    return [
        (pair, model)
        for pair in pairs
        if isinstance(pair, FunctionPair) and pair.has_small
        for model in MODELS
        if (pair.name, model) not in known
    ]


def _named_form(form: Form) -> str:
    pair, model = form
    return f"{pair.name} in {model}, explored"


def _user_correctness(
    wanted: list[Form], ledger: Ledger, left_seconds: Callable[[], float]
) -> Iterator[LensProgress]:
    """Try every schedule of a small call of these functions.

    Functions that are done are removed from `wanted`.
    """
    of = len(wanted)
    for certificate in user_correctness.certificates(list(wanted), left_seconds):
        ledger.append(certificate)
        wanted[:] = [
            one
            for one in wanted
            if (one[0].name, one[1]) != (certificate.pair, certificate.model)
        ]
        yield LensProgress("correctness", certificate.scenario, of - len(wanted), of)


class _Correctness:
    """The work of the correctness lens that the ledger does not have yet.

    It consists of counter-examples to provoke and forms to explore.
    """

    def __init__(self, pairs: Sequence[Pair], before: Iterable[Entry]) -> None:
        found = [entry for entry in before if isinstance(entry, Certificate)]
        known = {(one.model, one.scenario) for one in found if one.method == "provoked"}
        answered = {(e.pair, e.model) for e in before if isinstance(e, LockNeeds)}
        self._provokable = [
            one
            for one in counter_examples(pairs)
            if (one.model, one.scenario) not in known
        ]
        self._wanted = [
            one
            for one in explore_one.explorables(pairs)
            if not explore_one.has_all_certificates(one, found)
            or (one.locks_are_tried and (one.pair, one.model) not in answered)
        ]
        self._missing = dict.fromkeys(
            [
                *(_named(one, "provoked") for one in self._provokable),
                *(_named(one, "explored") for one in self._wanted),
                *(_named(one, WITHOUT) for one in self._wanted if one.locks_are_tried),
            ]
        )

    @property
    def left(self) -> list[str]:
        """Return the names of the programs for which there was no time."""
        return list(self._missing)

    def progress(
        self, ledger: Ledger, left_seconds: Callable[[], float]
    ) -> Iterator[LensProgress]:
        """Check programs until none is left, or the time is over."""
        of = len(self._missing)
        provoking = provoked.provoke_all(self._provokable, left_seconds)
        explorations = explore_all.explore_pairs(self._wanted, left_seconds)
        groups: Iterator[tuple[Checked, Records]] = chain(
            ((one, [one]) for one in provoking), explorations
        )
        with closing(provoking), closing(explorations):
            for done in range(1, of + 1):
                if left_seconds() <= 0 or (found := next(groups, None)) is None:
                    return
                about, records = found
                ledger.append_all(records)
                self._missing.pop(_named(about, _how(about, records)), None)
                yield LensProgress("correctness", about.scenario, done, of)


def _named(one: Checked, how: str) -> str:
    return f"{one.scenario} in {one.model}, {how}"


def _how(about: Checked, records: Records) -> str:
    """Say by which method the records were found."""
    if not isinstance(about, explore_one.Explorable):
        return "provoked"
    about_locks = any(isinstance(one, LockNeeds) for one in records)
    return WITHOUT if about_locks else "explored"


def _costs(
    plan: Plan,
    ledger: Ledger,
    before: Iterable[Entry],
    left_seconds: Callable[[], float],
) -> Iterator[LensProgress]:
    known = [entry for entry in before if isinstance(entry, Measurement)]
    wanted = probing.probes_of(plan)
    done = len(known)
    of = sum(one.rounds for one, _ in wanted)
    for measurement in probing.probe(wanted, known, left_seconds):
        ledger.append(measurement)
        done += 1
        yield LensProgress("costs", measurement.title, done, of)
