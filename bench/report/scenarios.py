"""Certificates of a pair, scenario by scenario, the models beside each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.model import Certificate, Failure
from bench.report import held, units
from bench.report.figures import Table
from bench.report.lanes import Pool, pool

MOST_OUTCOMES = 40  # rows of one table; the ledger has them all


@dataclass(frozen=True)
class Claim:
    """What may be said of a scenario in one model, and how that is to be taken."""

    model: str
    words: str
    sort: str  # "right", "wrong", "open"
    evidence: str  # how it was looked for


@dataclass(frozen=True)
class Scenario:
    """One program or counter-example in every model it was checked in."""

    name: str
    counter_example: bool
    claims: tuple[Claim, ...]
    outcomes: Table | None
    broken: tuple[tuple[Certificate, Pool], ...]

    @property
    def brief(self) -> bool:
        """Whether its claims say all there is, so that a row of a table will do."""
        return self.counter_example and not self.outcomes and not self.broken


def symptoms(certificates: Sequence[Certificate]) -> Table | None:
    """Counter-examples of which no more is known than how they end, a row each."""
    brief = {one.name for one in scenarios(certificates) if one.brief}
    found = [one for one in certificates if one.scenario in brief]
    if not found:
        return None
    models = list(dict.fromkeys(one.model for one in found))
    by_place = {(one.scenario, one.model): _symptom(one) for one in found}
    return Table(
        caption="Counter-examples, and how each ends when the unlucky order comes",
        head=("counter-example", *models),
        rows=tuple(
            (name, *(by_place.get((name, model), "has none") for model in models))
            for name in dict.fromkeys(one.scenario for one in found)
        ),
        words=len(models),
    )


def _symptom(one: Certificate) -> str:
    if one.as_expected and one.failure:
        return f"✓ {one.failure.symptom}"
    ended = one.failure.symptom if one.failure else one.outcome
    return f"✗ {ended}, and not with {one.symptom or 'a failure'}"


def scenarios(certificates: Sequence[Certificate]) -> list[Scenario]:
    """The scenarios in order of their first certificate."""
    by_name: dict[str, list[Certificate]] = {}
    for one in certificates:
        by_name.setdefault(one.scenario, []).append(one)
    return [
        Scenario(
            name=name,
            counter_example=group[0].expected == "broken",
            claims=tuple(claim(one) for one in group),
            outcomes=_outcomes([one for one in group if one.outcomes]),
            broken=tuple(
                (c, pool(c.failure)) for c in group if c.failure and _told(c.failure)
            ),
        )
        for name, group in by_name.items()
    ]


def overview(pairs: Mapping[str, Sequence[Certificate]]) -> Table:
    """A row a pair: what holds in which model, and what breaks as it must."""
    models = list(dict.fromkeys(c.model for group in pairs.values() for c in group))
    return Table(
        caption="What was checked",
        head=("pair", *models, "counter-examples"),
        rows=tuple(
            (pair, *(_held(group, model) for model in models), _broken(group))
            for pair, group in pairs.items()
            if group
        ),
        words=len(models) + 1,
    )


def _held(group: Sequence[Certificate], model: str) -> str:
    """What is claimed of a model, and the evidence."""
    found = held.of_model(group, model)
    marks = {"broken": "✗", "cut": "?", "holds": "✓"}
    return f"{marks[found.outcome]} {found}" if found else "not checked"


def _broken(group: Sequence[Certificate]) -> str:
    named, of = held.broken_as_named(group)
    if not of:
        return "none"
    return f"{'✓' if named == of else '✗'} {named} of {of} break with their symptom"


def claim(one: Certificate) -> Claim:
    """Say what was found and on how much evidence."""
    symptom = one.failure.symptom if one.failure else "no schedule recorded"
    if one.outcome == "broken":
        words = f"breaks with {symptom}, {_found(one)}"
    else:
        done = {"holds": "holds in", "cut": "not settled: stopped after"}[one.outcome]
        words = f"{done} {_schedules(one)}"
    told = [d for d in (one.granularity, one.search, one.order, one.bound) if d]
    if one.seconds:
        told.append(units.seconds(one.seconds))
    if one.expected == "broken" and not one.as_expected:
        words += f", but was to fail with {one.symptom or 'a failure'}"
    sort = "open" if one.outcome == "cut" else "right" if one.as_expected else "wrong"
    return Claim(
        model=one.model,
        words=words,
        sort=sort,
        evidence=", ".join(told),
    )


def _found(one: Certificate) -> str:
    """How a failure was come upon."""
    if one.method == "explored":
        return f"found within {units.many(one.schedules, 'schedule')}"
    return "when the unlucky order is brought about"


def _schedules(one: Certificate) -> str:
    every = "all " if one.exhausted else ""
    return f"{every}{units.many(one.schedules, 'schedule')} {one.method}"


def _told(failure: Failure) -> bool:
    """Whether there is more to show of a failure than its symptom."""
    return bool(failure.steps or failure.waiters or failure.replay)


def _outcomes(group: Sequence[Certificate]) -> Table | None:
    """How many schedules end in each state, a column a model."""
    states = {
        outcome.state: outcome.acceptable for one in group for outcome in one.outcomes
    }
    if not states:
        return None
    counts = [{o.state: o.schedules for o in one.outcomes} for one in group]
    return Table(
        caption="End states, and how many schedules reach each",
        head=("end state", "", *(one.model for one in group)),
        rows=tuple(
            (
                state,
                "" if acceptable else "not acceptable",
                *(
                    f"{count[state]:,}" if state in count else "never"
                    for count in counts
                ),
            )
            for state, acceptable in list(states.items())[:MOST_OUTCOMES]
        ),
        numbers=2,
    )
