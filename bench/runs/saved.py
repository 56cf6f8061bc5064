"""Reads a saved run: its records, and the statistics that are computed from them."""

import math
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from bench.errors import CannotRunError
from bench.ledger.latest_records import latest_records
from bench.ledger.store import read
from bench.records.certificates import Certificate
from bench.records.locks import LockNeeds
from bench.records.models import FORMS
from bench.records.primitives import Internals
from bench.records.runs import End, Entry, Results, Run
from bench.records.samples import Comparison, Measurement, Sample, Unmeasured
from bench.records.shapes import ShapeComparison
from bench.records.workload import Workload, named_by_calls, of_calls
from bench.throughput import combined_probes, inference
from bench.throughput.missing import missing

Figure = TypeVar("Figure", Sample, Unmeasured)
Explored = TypeVar("Explored", Certificate, LockNeeds)


def results(path: Path, warn: Callable[[str], object] = lambda _: None) -> Results:
    """Read a run: its records, and the comparisons computed from its samples.

    `warn` is called with a sentence if the last line is incomplete.  Raises
    CannotRunError if the path holds no run.
    """
    entries = read(path, warn)
    if not entries or not isinstance(entries[0], Run):
        raise CannotRunError(f"{path} does not begin with a run; give a run's folder")
    return collect(entries[0], entries[1:])


def collect(run: Run, entries: Iterable[Entry]) -> Results:
    """Group records by kind, and compute comparisons and noise floors from samples."""
    entries = latest_records(entries)
    recorded = [entry for entry in entries if isinstance(entry, Sample)]
    samples = [_called(_hashed(sample, run), run) for sample in recorded]
    last = entries[-1] if entries else None
    return Results(
        run=run,
        samples=tuple(samples),
        comparisons=tuple(in_order(inference.compare(samples))),
        unmeasured=tuple(_called(one, run) for one in missing(run, recorded)),
        noise=tuple(inference.noise(samples)),
        measurements=tuple(
            combined_probes.combined(e for e in entries if isinstance(e, Measurement))
        ),
        certificates=tuple(
            by_plan((e for e in entries if isinstance(e, Certificate)), run)
        ),
        locks=tuple(by_plan((e for e in entries if isinstance(e, LockNeeds)), run)),
        shapes=tuple(e for e in entries if isinstance(e, ShapeComparison)),
        internals=tuple(e for e in entries if isinstance(e, Internals)),
        # the last end counts, because a resumed run ends again
        end=last if isinstance(last, End) else None,
    )


def by_plan(found: Iterable[Explored], run: Run) -> list[Explored]:
    """Order records by the pairs of the run, by their scenarios and models.

    Several forms are explored at a time, and recorded in the order in which they end.
    """
    places = {pair: number for number, pair in enumerate(run.pairs)}

    def place(one: Explored) -> tuple[int, bool, str, int]:
        pair, model = places.get(one.pair, len(places)), FORMS.index(one.model)
        if isinstance(one, LockNeeds):
            return pair, False, "", model
        return pair, one.expected == "broken", one.scenario, model

    return sorted(found, key=place)


def in_order(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """Order the comparisons of each pair by their loads, not by the time of measuring.

    The order of the pairs stays, and that of several runtimes at the same load.
    """
    found = list(comparisons)
    pairs = list(dict.fromkeys(one.pair for one in found))
    return sorted(found, key=lambda one: (pairs.index(one.pair), *_load(one.workload)))


def _load(one: Workload) -> tuple[float, ...]:
    """The coordinates of a workload; the number of workers, for a curve, is last."""
    room = math.inf if one.capacity is None else one.capacity
    return one.cpu_share, one.wait_seconds, one.body_bytes, room, one.workers


def _hashed(sample: Sample, run: Run) -> Sample:
    """Return the sample, without its hash if that may be of code that was not measured.

    Earlier versions of this program recorded the hash of the present code, even for a
    sample of another version of the code (`run --against`).
    """
    if run.hashes_versions or not sample.subject.version:
        return sample
    return replace(sample, subject=replace(sample.subject, source_sha256=""))


def _called(one: Figure, run: Run) -> Figure:
    """Return the record; for a user's pair, with one call as the workload.

    The number of workers of such a pair is not known.  In the ledger, the name of its
    case says one worker.  That name stays there, because a resumed run finds cases by
    their names.
    """
    subject = one.subject.pair if isinstance(one, Sample) else one.pair
    if subject not in {mine.name for mine in run.own}:
        return one
    called = replace(one, workload=of_calls(one.workload))
    if isinstance(called, Sample):
        return replace(called, case=named_by_calls(called.case, one.workload))
    return called
