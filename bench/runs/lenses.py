"""A run: every pair through the three lenses, into one ledger.

Shape comes first because it takes no time, then correctness, then throughput:
a pair is checked before it is timed.  A run that is resumed skips what its ledger
already has.
"""

import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from typing import Literal

from bench import shape
from bench.errors import CannotRunError
from bench.ledger.store import Ledger
from bench.pairs import explored, provoked
from bench.pairs.catalogue import Pair
from bench.pairs.own import OwnPair
from bench.records.certificates import Certificate
from bench.records.primitives import Internals
from bench.records.runs import End, Entry
from bench.records.samples import Measurement, Sample
from bench.records.shapes import ShapeComparison
from bench.shape import internals
from bench.throughput import probing, session
from bench.throughput.measuring import Progress
from bench.throughput.planning import Plan

Lens = Literal["shape", "correctness", "throughput"]
LENSES: tuple[Lens, ...] = ("shape", "correctness", "throughput")


@dataclass(frozen=True)
class LensProgress:
    """A lens has done one more of its items."""

    lens: Lens | Literal["costs"]
    at: str
    done: int
    of: int


RunProgress = LensProgress | Progress


def run(
    pairs: Sequence[Pair],
    plan: Plan,
    lenses: Iterable[Lens],
    ledger: Ledger,
    before: Sequence[Entry] = (),
) -> Generator[RunProgress, None, None]:
    """Take the pairs through these lenses; append each record as soon as it exists.

    `before` are the records that the ledger already has.  Yields the progress.
    Raises CannotRunError when the ledger cannot be written.
    """
    start = time.monotonic()
    if "shape" in lenses:
        yield from _shape(pairs, ledger, before)
    if "correctness" in lenses:
        yield from _correctness(pairs, ledger, before)
    if "throughput" in lenses:
        samples = [entry for entry in before if isinstance(entry, Sample)]
        yield from session.run(plan, ledger, samples)
        yield from _costs(plan, ledger, before)
    ledger.append(End(finished=time.time(), elapsed_seconds=time.monotonic() - start))


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
                suppress(CannotRunError) if isinstance(pair, OwnPair) else nullcontext()
            ):
                ledger.append(shape.compare(pair))  # of theirs there may be no source
        yield LensProgress("shape", pair.name, done, len(pairs))


def _correctness(
    pairs: Sequence[Pair], ledger: Ledger, before: Iterable[Entry]
) -> Iterator[LensProgress]:
    found = [entry for entry in before if isinstance(entry, Certificate)]
    known = {(one.model, one.scenario) for one in found if one.method == "provoked"}
    provokable = [
        one
        for one in provoked.counter_examples(pairs)
        if (one.model, one.scenario) not in known
    ]
    wanted = [
        one for one in explored.explorables(pairs) if not explored.is_whole(one, found)
    ]
    done, of = 0, len(provokable) + len(wanted)
    for certificate in provoked.provoke_all(provokable):
        ledger.append(certificate)
        done += 1
        yield LensProgress("correctness", certificate.scenario, done, of)
    for explorable, certificates in explored.explore_pairs(wanted):
        ledger.append_all(certificates)
        done += 1
        yield LensProgress("correctness", explorable.scenario, done, of)


def _costs(
    plan: Plan, ledger: Ledger, before: Iterable[Entry]
) -> Iterator[LensProgress]:
    known = [entry for entry in before if isinstance(entry, Measurement)]
    wanted = probing.probes_of(plan)
    done = len(known)
    for measurement in probing.probe(wanted, known):
        ledger.append(measurement)
        done += 1
        yield LensProgress("costs", measurement.title, done, len(wanted))
