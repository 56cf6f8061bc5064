"""The claims about programs and counter-examples: a column for each model."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bench.records.certificates import Certificate
from bench.records.models import MODELS
from bench.report.words import units

USUAL = {
    "sync+shared",
    "dpor",
    "any",
}  # how `run` usually explores; the page describes it once, so cells leave it out


@dataclass(frozen=True)
class Claim:
    """A claim about a program in one model, with its evidence."""

    words: str
    sort: str  # "right", "wrong", "open"; "said" is shown without a mark
    evidence: str  # how it was found


@dataclass(frozen=True)
class Findings:
    """A table of claims with a column for each model; cells may be empty."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[Claim, ...], ...]], ...]
    lacking: str  # the text of an empty cell


def programs(certificates: Sequence[Certificate]) -> Findings | None:
    """The programs, which must hold: a row for each workload explored."""
    return _findings(
        [one for one in certificates if one.expected == "holds"],
        name=_load,
        caption="The program: what was explored of it",
        first="load",
        lacking="not explored",
    )


def counter_examples(certificates: Sequence[Certificate]) -> Findings | None:
    """The counter-examples, which must fail: a row for each."""
    return _findings(
        [one for one in certificates if one.expected == "broken"],
        name=lambda one: one.scenario,
        caption="Counter-examples: each must fail; ✓ if it has its named symptom",
        first="counter-example",
        lacking="cannot fail this way",
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
    """The models that occur, in the order of the page."""
    known = list(MODELS)
    found = dict.fromkeys(models)
    return sorted(found, key=lambda one: known.index(one) if one in known else 9)


def claim(one: Certificate) -> Claim:
    """Word the claim of a certificate, and its evidence."""
    number = units.many(one.schedules, "schedule")
    match one.outcome:
        case "broken":
            words = one.failure.symptom if one.failure else "broken, details not stored"
        case "cut" if not one.schedules:
            words = "no schedule was tried"
        case "cut":
            words = f"not settled: stopped after {number}"
        case _ if one.method == "provoked":
            words = "did not fail"
        case _:
            words = f"holds in {'all ' if one.exhausted else ''}{number}"
    if one.expected == "broken" and not one.as_expected:
        words += f", but should fail with {one.symptom or 'a failure'}"
    evidence = [_how(one)] if one.outcome == "broken" else []
    if one.expected == "broken":
        evidence.append(one.load)
    evidence.append(one.left_out)
    evidence += [w for w in (one.granularity, one.search, one.order) if w not in USUAL]
    evidence += [f"in {units.seconds(one.seconds)}"] if one.seconds else []
    sort = "open" if one.outcome == "cut" else "right" if one.as_expected else "wrong"
    return Claim(words=words, sort=sort, evidence=", ".join(filter(None, evidence)))


def _how(one: Certificate) -> str:
    """How the failure was found."""
    if one.method == "explored":
        return f"found among {units.many(one.schedules, 'schedule')}"
    return "run in an order that provokes it"


def _load(one: Certificate) -> str:
    """The name of a row of a program."""
    if one.scenario == one.pair:
        return one.load or one.scenario
    return f"{one.scenario} {one.load}".strip()
