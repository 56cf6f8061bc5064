"""A pair: both sides measured in blocks, and the verdict of their ratio.

The pair `url_fetch` of this project uses a different client library in each model.  So
it is measured beside its control pair, which uses the same engine in both models.  Both
are measured with one worker too.  This shows which part of the ratio is caused by the
libraries, and which part by the model.
"""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.decide.described.work import Wishes
from bench.decide.judging import Decision, Judgement, Ratio, decide, together
from bench.records import library_parts
from bench.records.decisions import Bounds, Option, RatioParts
from bench.records.runs import Settings
from bench.records.samples import Comparison, Sample
from bench.records.subjects import Runtime
from bench.throughput import inference, session, sources
from bench.throughput.measuring import Progress
from bench.throughput.planning import plan

# An interval of log-ratios with this half-width is narrow enough for the verdict that
# the difference does not matter.
EITHER_WIDTH = 0.02


@dataclass
class Samples:
    """The list to which a measurement appends its samples."""

    kept: list[Sample] = field(default_factory=list)

    def append(self, record: Sample, /) -> None:
        self.kept.append(record)


def measure(
    names: Sequence[str],
    runtimes: Sequence[Runtime],
    budget_seconds: float,
    samples: Samples,
    workers: tuple[int, ...] = (),
) -> Generator[Progress, None, None]:
    """Measure registered pairs on all cores until settled, or the budget is spent.

    `workers` are the numbers of workers; if it is empty, the usual numbers are
    measured.
    """
    settings = Settings(
        workers=workers,
        sweep="none",
        runtimes=tuple(runtimes),
        placements=("free",),
        noise=False,
        budget_seconds=budget_seconds,
        half_width=EITHER_WIDTH,
    )
    yield from session.run(plan(names, settings, sources.of_pairs(names)), samples)


def compared(samples: Samples, name: str) -> Comparison | None:
    """The comparison with the most workers; None if there is none yet."""
    found = [one for one in inference.compare(samples.kept) if one.pair == name]
    return max(found, key=lambda one: one.workload.workers, default=None)


def ratio_parts(comparisons: Sequence[Comparison]) -> tuple[RatioParts, ...]:
    """Each ratio as a product of the model's part and the library's part.

    The ratio with the fewest workers is first.
    """
    return tuple(
        RatioParts(
            workers=one.comparison.workload.workers,
            control=library_parts.CONTROL,
            whole=one.whole,
            model=one.model,
            library=one.library,
            model_share=one.model_share,
        )
        for one in library_parts.parts(comparisons)
    )


def notes(
    found: Comparison, pairs: Sequence[str], parts: Sequence[RatioParts]
) -> tuple[str, ...]:
    """What a reader must know in addition."""
    said = [found.note] if found.note else []
    if len(pairs) > 1 and not parts:
        said.append(
            "there was no time to separate the libraries' part from the model's part:"
            " give more --budget"
        )
    return tuple(said)


def decided(found: Comparison, wishes: Wishes) -> tuple[Decision, Ratio | None]:
    """The verdict: first by the wishes, then by the ratio."""
    ratio = None
    if found.ratio is not None:
        low = found.low if found.low is not None else 0.0
        high = found.high if found.high is not None else float("inf")
        ratio = Ratio(found.ratio, low, high, found.blocks)
    left, right = (judged(found, model, wishes) for model in found.models)
    return decide(left, right, ratio, wishes), ratio


def judged(found: Comparison, model: str, wishes: Wishes) -> Judgement:
    """Whether a side meets the wishes; of a pair, only the memory can have a limit."""
    held = found.measures.get(model, {}).get("peak_memory_bytes")
    if wishes.memory_bytes is None or held is None:
        return together(())
    met = "yes" if held <= wishes.memory_bytes else "no"
    return together((("memory", met),))  # type: ignore[arg-type]


def options(
    found: Comparison, samples: Samples, names: tuple[str, str], wishes: Wishes
) -> tuple[Option, ...]:
    """One row of the evidence for each side."""
    rows = []
    for side, (name, model) in enumerate(zip(names, found.models, strict=True)):
        rates = [
            1 / one.seconds_per_operation
            for one in samples.kept
            if (one.case, one.side, one.status) == (found.case, side, "ok")
            and one.seconds_per_operation
        ]
        measures = found.measures.get(model, {})
        judgement = judged(found, model, wishes)
        between = inference.interval(rates)
        rows.append(
            Option(
                name=name,
                kind=model,
                meets=judgement.meets,
                wishes=dict(judgement.reasons),
                jobs_per_second=Bounds(
                    value=median(rates),
                    low=between.low if between else min(rates),
                    high=between.high if between else max(rates),
                )
                if rates
                else None,
                samples=len(rates),
                memory_bytes=measures.get("peak_memory_bytes"),
                cores_used=measures.get("cores_used"),
                windows=len(rates),
                gil=bool(measures["gil"]) if "gil" in measures else None,
            )
        )
    return tuple(rows)
