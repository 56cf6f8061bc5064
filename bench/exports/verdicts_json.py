"""The verdicts of a run as JSON, for programs: the contents of the report."""

from collections.abc import Sequence

import msgspec

from bench.records.locks import LockAnswer
from bench.records.runs import Results
from bench.records.workload import key


def verdicts(
    results: Results,
    doubts: Sequence[str] = (),
    headline: str = "",
    sentences: Sequence[str] = (),
) -> str:
    """Return one JSON object: comparisons, certificates, locks, noise, doubts, etc.

    A ratio is the second model's throughput over that of the first.  `headline` and
    `sentences` are the answer in words.  docs/ci.md describes the keys.
    """
    run = results.run
    return msgspec.json.encode(
        {
            "format": 1,
            "started": run.started,
            "command": run.command,
            "ended": results.end is not None,
            "headline": headline,
            "sentences": list(sentences),
            "comparisons": [
                {
                    "pair": one.pair,
                    "workload": key(one.workload),
                    "models": one.models,
                    "runtimes": (one.threads.label, one.asyncio.label),
                    "verdict": one.verdict,
                    "ratio": one.ratio,
                    "low": one.low,
                    "high": one.high,
                    "confidence": one.confidence,
                    "blocks": one.blocks,
                    "failures": one.failures,
                    "note": one.note,
                }
                for one in results.comparisons
            ],
            "noise": [
                {
                    "pair": one.subject.pair,
                    "model": one.subject.column,
                    "runtime": one.subject.runtime.label,
                    "workload": key(one.workload),
                    "blocks": one.blocks,
                    "ratio": one.ratio,
                    "low": one.low,
                    "high": one.high,
                }
                for one in results.noise
            ],
            "certificates": [
                {
                    "pair": one.pair,
                    "model": one.model,
                    "scenario": one.scenario,
                    "method": one.method,
                    "outcome": one.outcome,
                    "as_expected": one.as_expected,
                    "schedules": one.schedules,
                    "workload": one.bound,
                    "symptom": one.failure.symptom if one.failure else None,
                }
                for one in results.certificates
            ],
            "locks": [
                {
                    "pair": one.pair,
                    "model": one.model,
                    "outcome": one.outcome,
                    "reason": one.reason,
                    "answers": [_lock(answer) for answer in one.answers],
                }
                for one in results.locks
            ],
            "unmeasured": [
                {
                    "pair": one.pair,
                    "workload": key(one.workload),
                    "models": one.models,
                    "runtimes": (one.threads.label, one.asyncio.label),
                    "blocks": one.blocks,
                }
                for one in results.unmeasured
            ],
            "unchecked": results.end.unchecked if results.end else (),
            "left_out": run.left_out,
            "missing_shards": run.lacks,
            "doubts": list(doubts),
            "warnings": results.warnings,
        }
    ).decode()


def _lock(one: LockAnswer) -> dict[str, object]:
    """Return the answer for a lock, with every key."""
    return {name: getattr(one, name) for name in one.__struct_fields__}
