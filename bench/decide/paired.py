"""A pair of the user's: both measured in blocks, and the verdict of their ratio."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from statistics import median

from bench.decide.described.work import Wishes
from bench.decide.judging import Decision, Judgement, Ratio, decide, together
from bench.records.decisions import Bounds, Option
from bench.records.runs import Settings
from bench.records.samples import Comparison, Sample
from bench.records.subjects import Runtime
from bench.throughput import inference, session, sources
from bench.throughput.measuring import Progress
from bench.throughput.planning import plan

EITHER_WIDTH = 0.02  # of log-ratios: narrow enough to say that it does not matter


@dataclass
class Samples:
    """What a measurement appends to."""

    kept: list[Sample] = field(default_factory=list)

    def append(self, record: Sample, /) -> None:
        self.kept.append(record)


def measure(
    name: str, runtimes: Sequence[Runtime], budget_seconds: float, samples: Samples
) -> Generator[Progress, None, None]:
    """Measure a registered pair, free to use all cores, until settled or spent."""
    settings = Settings(
        sweep="none",
        runtimes=tuple(runtimes),
        placements=("free",),
        noise=False,
        budget_seconds=budget_seconds,
        half_width=EITHER_WIDTH,
    )
    yield from session.run(plan([name], settings, sources.of_pairs([name])), samples)


def compared(samples: Samples) -> Comparison | None:
    """The comparison of both sides; None before there is one."""
    found = inference.compare(samples.kept)
    return found[0] if found else None


def decided(found: Comparison, wishes: Wishes) -> tuple[Decision, Ratio | None]:
    """The verdict, first by what was asked, then by the ratio."""
    ratio = None
    if found.ratio is not None:
        low = found.low if found.low is not None else 0.0
        high = found.high if found.high is not None else float("inf")
        ratio = Ratio(found.ratio, low, high, found.blocks)
    left, right = (judged(found, model, wishes) for model in found.models)
    return decide(left, right, ratio, wishes), ratio


def judged(found: Comparison, model: str, wishes: Wishes) -> Judgement:
    """Whether a side meets what was asked; of a pair only memory can be asked."""
    held = found.measures.get(model, {}).get("peak_memory_bytes")
    if wishes.memory_bytes is None or held is None:
        return together(())
    met = "yes" if held <= wishes.memory_bytes else "no"
    return together((("memory", met),))  # type: ignore[arg-type]


def options(
    found: Comparison, samples: Samples, names: tuple[str, str], wishes: Wishes
) -> tuple[Option, ...]:
    """One row a side."""
    rows = []
    for side, (name, model) in enumerate(zip(names, found.models, strict=True)):
        rates = [
            1 / one.seconds_per_operation
            for one in samples.kept
            if one.side == side and one.status == "ok" and one.seconds_per_operation
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
