"""A finding as a record, which reports read without running anything. Pure."""

import math
from collections.abc import Sequence
from dataclasses import replace

from bench.decide import remedies
from bench.decide.advice import told_remedies
from bench.decide.candidates import Candidate, default_pool
from bench.decide.cost_model import Prediction
from bench.decide.costs import Costs
from bench.decide.described.work import Wishes, Work
from bench.decide.figures import Estimate, Figures
from bench.decide.findings import Finding, Question
from bench.decide.judging import Judgement, faster, judge
from bench.decide.predicting import Predictor
from bench.decide.turning import Threshold
from bench.decide.verifying import DISTURBED_CORES, disturbed
from bench.records.decisions import (
    Bounds,
    Decision,
    Flip,
    Measured,
    Option,
    Predicted,
    Repaired,
    Shares,
)
from bench.records.runs import Machine

OFF = 0.25  # a prediction that is wrong by more than this share is reported


def asked(work: Work, wishes: Wishes) -> dict[str, float | bool | str | None]:
    """The work and the wishes, units in the names; absent values are left out."""
    found: dict[str, float | bool | str | None] = {
        "concurrency": work.concurrency,
        "wait_seconds": work.wait_seconds,
        "blocking_seconds": work.blocking_seconds or None,
        "cpu_seconds": work.cpu_seconds,
        "without_gil": work.without_gil or None,
        "payload_bytes": work.payload_bytes or None,
        "blocking_library": work.blocking_library or None,
        "p99_seconds": wishes.p99_seconds,
        "memory_bytes": wishes.memory_bytes,
        "rate_per_second": wishes.rate_per_second,
        "cancel": wishes.cancel or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def record(
    found: Finding,
    question: Question,
    costs: Costs,
    *,
    started: float,
    command: str,
    version: str,
    machine: Machine,
    elapsed_seconds: float,
    calibration_age_seconds: float,
    function: Measured | None = None,
) -> Decision:
    """The record of a whole answer."""
    work, wishes = question.work, question.wishes
    ratio = found.ratio
    plain = Predictor(costs)
    predicted_ratio = (
        found.predictions[1].jobs_per_second / found.predictions[0].jobs_per_second
    )
    pairs = list(zip(found.figures, found.predictions, strict=True))
    options = [
        option(figures, judgement, predicted, work.concurrency, expected)
        for (figures, predicted), judgement, expected in zip(
            pairs, found.judgements, plain.judgements(work, wishes), strict=True
        )
    ]
    options += [
        option(figures, judge(figures, wishes), predicted, work.concurrency)
        for figures, predicted in found.others
    ]
    return Decision(
        started=started,
        command=command,
        version=version,
        machine=machine,
        python=costs.python,
        cores=costs.cores,
        asked=asked(work, wishes),
        verdict=found.decision.verdict,
        sure=found.decision.sure,
        because=found.decision.because,
        names=(found.pair[0].name, name_of(found.pair[1], work.concurrency)),
        ratio=ratio.value if ratio else None,
        interval=(ratio.low, ratio.high)
        if ratio and math.isfinite(ratio.high)
        else None,
        blocks=ratio.blocks if ratio else 0,
        predicted_ratio=predicted_ratio,
        predicted_verdict=plain.decide(work, wishes).verdict,
        function=function,
        repaired=repaired(work, wishes, plain),
        shares=function.shares if function else described_shares(work),
        limits=limits(found, question, costs),
        flips=flips(found.thresholds, found.flip_verified),
        evidence=tuple(options),
        remedies=tuple(told_remedies(found, question, costs)),
        controls=found.controls or {},
        notes=(*notes(found, question), *_pool_needed(found, work, costs)),
        budget_seconds=question.budget_seconds,
        elapsed_seconds=elapsed_seconds,
        calibration_age_seconds=calibration_age_seconds,
    )


def repaired(work: Work, wishes: Wishes, predictor: Predictor) -> Repaired | None:
    """The prediction for the same work, with waits that do not block the loop.

    None if the waits of the work do not block the loop.
    """
    if not work.blocking_seconds:
        return None
    mended = replace(work, blocking_seconds=0.0)
    return Repaired(
        jobs_per_second=predictor.predictions(mended)[1].jobs_per_second,
        before_per_second=predictor.predictions(work)[1].jobs_per_second,
        verdict=predictor.decide(mended, wishes).verdict,
    )


def described_shares(work: Work) -> Shares:
    """The shares of a job as it was described."""
    whole = work.alone_seconds
    return Shares(
        with_gil=work.holding_seconds / whole,
        without_gil=(work.cpu_seconds - work.holding_seconds) / whole,
        waiting=work.wait_seconds / whole,
        queued=0.0,
        gil_from="as described",
    )


def option(
    figures: Figures,
    judgement: Judgement,
    predicted: Prediction | None,
    concurrency: int,
    expected: Judgement | None = None,
) -> Option:
    """One row of the evidence."""
    return Option(
        name=name_of(figures.candidate, concurrency),
        kind=figures.candidate.kind,
        meets=judgement.meets,
        wishes=dict(judgement.reasons),
        jobs_per_second=bounds(figures.jobs_per_second),
        p50_seconds=bounds(figures.p50),
        p99_seconds=bounds(figures.p99),
        p99_least_seconds=figures.p99_least,
        samples=figures.samples,
        window_seconds=figures.window_seconds,
        memory_bytes=figures.memory_bytes,
        held_bytes=figures.held_bytes,
        cores_used=figures.cores_used,
        start_seconds=figures.start_seconds,
        cancel_seconds=figures.cancel_seconds,
        starved=figures.starved,
        unanswered=figures.unanswered,
        other_cores=figures.other_cores,
        windows=figures.windows,
        gil=figures.gil,
        predicted=None
        if predicted is None
        else Predicted(
            jobs_per_second=predicted.jobs_per_second,
            bound=predicted.bound,
            load=predicted.load,
            p99_seconds=_finite(predicted.p99_seconds),
            memory_bytes=predicted.memory_bytes,
            wishes=dict(expected.reasons) if expected is not None else {},
        ),
        failure=figures.failure,
    )  # fmt: skip


def name_of(candidate: Candidate, concurrency: int) -> str:
    """The heading of a candidate's row; with the number of threads behind a loop."""
    if candidate.kind == "to_thread" and not candidate.pool:
        return replace(candidate, pool=concurrency).name
    return candidate.name


def bounds(estimate: Estimate | None) -> Bounds | None:
    if estimate is None:
        return None
    return Bounds(
        value=_finite(estimate.value),
        low=_finite(estimate.low),
        high=_finite(estimate.high),
    )


def flips(thresholds: Sequence[Threshold], verified: bool | None) -> tuple[Flip, ...]:
    """The thresholds, nearest first; at most the first one was checked by a run."""
    return tuple(
        Flip(
            input=threshold.input,
            now=threshold.now,
            at=threshold.at,
            verdict=threshold.verdict,
            until=threshold.until,
            then=threshold.then,
            verified=None if number else verified,
        )
        for number, threshold in enumerate(thresholds)
    )


def limits(found: Finding, question: Question, costs: Costs) -> dict[str, float | None]:
    """The numbers that decide the answer; the names contain the units."""
    work = question.work
    looped = work.looped_seconds + costs.task_job_seconds
    holding = work.holding_seconds + costs.task_job_seconds
    return {
        "round_of_computing_seconds": work.concurrency * work.cpu_seconds,
        "jobs_per_second_of_one_lock": 1 / holding,
        "jobs_per_second_of_one_loop": 1 / looped,
        "jobs_per_second_of_one_core": 1 / (work.cpu_seconds + costs.task_job_seconds),
        "saturated_from_at_once": float(remedies.knee(found.predictor, work)),
        "most_at_once": float(found.fewer.at_once) if found.fewer else None,
        "default_pool_of_to_thread": float(default_pool(costs.cores)),
        "bytes_per_thread": costs.thread_bytes,
        "bytes_per_task": costs.task_bytes,
    }


def _pool_needed(found: Finding, work: Work, costs: Costs) -> list[str]:
    """The setting that gives `to_thread` a pool as large as the measured one."""
    one = found.pair[1]
    usual = default_pool(costs.cores)
    if one.kind != "to_thread" or one.pool or work.concurrency <= usual:
        return []
    fewer = Predictor(costs).predict(work, replace(one, pool=usual))
    return [
        f"asyncio + to_thread was run with {work.concurrency:,} threads, one for each "
        f"job: call loop.set_default_executor(ThreadPoolExecutor({work.concurrency})); "
        f"the default pool has {usual} threads here, and {fewer.jobs_per_second:,.0f} "
        "jobs a second are predicted for it"
    ]


def notes(found: Finding, question: Question) -> list[str]:
    """What a reader must know in addition: doubts first."""
    said = []
    rests_on = "predicted" if found.decision.because == "prediction" else "measured"
    all_figures = [*found.figures, *(figures for figures, _ in found.others)]
    if (others := disturbed(all_figures)) > DISTURBED_CORES:
        said.append(
            f"other processes used up to {others:.1f} cores during the runs "
            f"(limit {DISTURBED_CORES:g}): end them and ask again"
        )
    for figures, predicted in zip(found.figures, found.predictions, strict=True):
        seen = figures.jobs_per_second
        expected = predicted.jobs_per_second
        if question.wishes.rate_per_second is not None:
            expected = min(expected, question.wishes.rate_per_second)
        if seen and seen.value > 0 and not (seen.low <= expected <= seen.high):
            off = expected / seen.value - 1
            if abs(off) > OFF:
                said.append(
                    f"{figures.candidate.name}: {abs(off) * 100:.0f} % "
                    f"{'more' if off > 0 else 'fewer'} jobs a second were predicted "
                    f"than were measured; the answer uses what was {rests_on}"
                )
        if seen and seen.value <= 0:
            said.append(
                f"{figures.candidate.name}: most of {figures.windows} windows had no "
                "work done: other processes had the cores; ask again without them"
            )
    if found.ratio is not None:
        said += _off_ratio(found)
    by_model = found.predictor.decide(question.work, question.wishes).verdict
    if not found.thresholds and by_model != found.decision.verdict:
        said.append(
            "this answer does not say what would change the verdict, because "
            f"{by_model} is predicted and the verdict is {found.decision.verdict}"
        )
    if question.wishes.p99_seconds is not None:
        said += [
            f"{one.candidate.name}: {one.samples} jobs are too few for a p99 "
            "(300 are needed): give more --budget"
            for one in found.figures
            if one.p99 is None and one.failure is None
        ]
    return said


def _off_ratio(found: Finding) -> list[str]:
    """A note if the predicted and the measured ratio have different faster models.

    The predicted ratio must also be more than 5 % outside the measured interval.
    """
    assert found.ratio is not None
    predicted = (
        found.predictions[1].jobs_per_second / found.predictions[0].jobs_per_second
    )
    ratio = found.ratio
    is_outside = not ratio.low / 1.05 <= predicted <= ratio.high * 1.05
    same = faster(type(ratio)(predicted, predicted, predicted))[0] == faster(ratio)[0]
    if not is_outside or same:
        return []
    return [
        f"a ratio of {predicted:.2f} was predicted, outside the measured interval of "
        f"{ratio.low:.2f} to {ratio.high:.2f}"
    ]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
