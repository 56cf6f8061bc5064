"""What was found of each program and counter-example: a row each, a column a model."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.records.certificates import Certificate
from bench.records.models import MODELS
from bench.report.words import units

USUAL = {"sync+shared", "dpor", "any"}  # how `run` explores; the page says it once


@dataclass(frozen=True)
class Claim:
    """What may be said of a program in one model, and how that is to be taken."""

    words: str
    sort: str  # "right", "wrong", "open"
    evidence: str  # how it was looked for


@dataclass(frozen=True)
class Findings:
    """Claims in rows, a column a model; a cell is empty where there is none."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[Claim, ...], ...]], ...]
    lacking: str  # what an empty cell says


def programs(certificates: Sequence[Certificate]) -> Findings | None:
    """What must hold: a row for each load at which it was explored."""
    return _findings(
        [one for one in certificates if one.expected == "holds"],
        name=_load,
        caption="The program: what was explored of it",
        first="load",
        lacking="not explored",
    )


def counter_examples(certificates: Sequence[Certificate]) -> Findings | None:
    """What must break: a row for each, with everything that was found of it."""
    return _findings(
        [one for one in certificates if one.expected == "broken"],
        name=lambda one: one.scenario,
        caption="Counter-examples: each must fail, and ✓ says it did so as named",
        first="counter-example",
        lacking="cannot fail so",
    )


def _findings(
    certificates: Sequence[Certificate],
    name: Callable[[Certificate], str],
    caption: str,
    first: str,
    lacking: str,
) -> Findings | None:
    if not certificates:
        return None
    models = in_order(one.model for one in certificates)
    found: dict[str, list[Certificate]] = {}
    for one in certificates:
        found.setdefault(name(one), []).append(one)
    return Findings(
        caption=caption,
        head=(first, *models),
        rows=tuple(
            (
                row,
                tuple(
                    tuple(claim(one) for one in group if one.model == model)
                    for model in models
                ),
            )
            for row, group in found.items()
        ),
        lacking=lacking,
    )


def in_order(models: Iterable[str]) -> list[str]:
    """The models that occur, in the order of the page, whichever was done first."""
    known = list(MODELS)
    found = dict.fromkeys(models)
    return sorted(found, key=lambda one: known.index(one) if one in known else 9)


def claim(one: Certificate) -> Claim:
    """Say what was found and on how much evidence."""
    number = units.many(one.schedules, "schedule")
    match one.outcome:
        case "broken":
            words = one.failure.symptom if one.failure else "broken, in a way not kept"
        case "cut":
            words = f"not settled: stopped after {number}"
        case _ if one.method == "provoked":
            words = "did not fail"
        case _:
            words = f"holds in {'all ' if one.exhausted else ''}{number}"
    if one.expected == "broken" and not one.as_expected:
        words += f", but was to fail with {one.symptom or 'a failure'}"
    told = [_how(one)] if one.outcome == "broken" else []
    if one.expected == "broken" or not one.schedules:
        told.append(one.bound or "")
    told += [w for w in (one.granularity, one.search, one.order) if w not in USUAL]
    told += [f"in {units.seconds(one.seconds)}"] if one.seconds else []
    sort = "open" if one.outcome == "cut" else "right" if one.as_expected else "wrong"
    return Claim(words=words, sort=sort, evidence=", ".join(filter(None, told)))


def _how(one: Certificate) -> str:
    """How a failure was come upon."""
    if one.method == "explored":
        return f"found among {units.many(one.schedules, 'schedule')}"
    return "run in the unlucky order"


def _load(one: Certificate) -> str:
    """What tells a row of a program from the next."""
    load = one.bound if one.schedules else ""
    if one.scenario == one.pair:
        return load or one.scenario
    return f"{one.scenario} {load or ''}".strip()
