"""A verdict, or a refusal, as one line of JSON that always has every key."""

import json
from typing import Any

import msgspec

from bench.correctness.explain.plain_text import plain_json
from bench.correctness.records.verdict import Refusal, Verdict

KEYS = (
    "scenario", "outcome", "reason", "schedules", "exhausted", "seconds",
    "granularity", "search", "order", "timers", "draws", "drawn_in", "bound",
    "looked_into", "one_step", "workers", "points", "shared", "nothing_shared",
    "outcomes", "failure",
)  # fmt: skip


def as_line(answer: Verdict | Refusal, replay: str = "") -> str:
    """One object on one line; `replay` is the command that replays the failure.

    If the answer is a refusal, missing values are null, and the list of outcomes is
    empty.
    """
    told = {key: full(getattr(answer, key, None)) for key in KEYS}
    for key in ("outcomes", "draws", "drawn_in", "looked_into", "one_step"):
        told[key] = told[key] or []
    if told["failure"] is not None:
        told["failure"]["replay"] = replay
    return plain_json(json.dumps(told, ensure_ascii=False))


def full(value: Any) -> Any:
    """A record as a dict with all of its fields, including those with defaults."""
    if isinstance(value, msgspec.Struct):
        names = value.__struct_fields__
        return {name: full(getattr(value, name)) for name in names}
    if isinstance(value, tuple | list):
        return [full(item) for item in value]
    return value
