"""The certificates of a pair, scenario by scenario: end states and failures."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bench.records.certificates import Certificate, Failure
from bench.report.page.lanes import Pool, pool
from bench.report.words import standings
from bench.report.words.figures import Table
from bench.report.words.findings import in_order

MOST_OUTCOMES = 40  # rows of one table; the ledger has all of them


@dataclass(frozen=True)
class Scenario:
    """One program or counter-example, with its end states and its failing schedules."""

    name: str
    outcomes: tuple[Table, ...]
    broken: tuple[tuple[Certificate, Pool], ...]

    @property
    def states(self) -> int:
        return sum(len(one.rows) for one in self.outcomes)


def scenarios(certificates: Sequence[Certificate]) -> list[Scenario]:
    """The scenarios that have a trace or end states; those that must hold are first."""
    by_name: dict[str, list[Certificate]] = {}
    for one in sorted(certificates, key=lambda one: one.expected == "broken"):
        by_name.setdefault(one.scenario, []).append(one)
    found = [
        Scenario(
            name=name,
            outcomes=tuple(_outcomes([one for one in group if one.outcomes])),
            broken=tuple(
                (one, pool(one.failure))
                for model in in_order(one.model for one in group)
                for one in group
                if one.model == model and one.failure and _told(one.failure)
            ),
        )
        for name, group in by_name.items()
    ]
    return [one for one in found if one.outcomes or one.broken]


def overview(pairs: Mapping[str, Sequence[Certificate]]) -> Table:
    """A row for each pair: what holds in each model; failed counter-examples."""
    models = in_order(one.model for group in pairs.values() for one in group)
    return Table(
        caption="What was checked",
        head=("pair", *models, "counter-examples"),
        rows=tuple(
            (pair, *(_held(group, model) for model in models), _broken(group))
            for pair, group in pairs.items()
            if group
        ),
        prose_columns_at_end=len(models) + 1,
    )


def _held(group: Sequence[Certificate], model: str) -> str:
    """The claim about a model, with its evidence."""
    found = standings.of_model(group, model)
    marks = {"broken": "✗", "cut": "?", "holds": "✓"}
    return f"{marks[found.outcome]} {found}" if found else "not checked"


def _broken(group: Sequence[Certificate]) -> str:
    named, of = standings.broken_as_named(group)
    if not of:
        return "none"
    return f"{'✓' if named == of else '✗'} {named} of {of} break with their symptom"


def _told(failure: Failure) -> bool:
    """Whether a failure has more details than its symptom."""
    return bool(failure.steps or failure.waiters or failure.replay)


def _outcomes(group: Sequence[Certificate]) -> Iterator[Table]:
    """How many schedules end in each state: a table for each workload.

    Each model has a column.
    """
    for load in dict.fromkeys(one.load for one in group):
        at_load = [one for one in group if one.load == load]
        states = {o.state: o.acceptable for one in at_load for o in one.outcomes}
        models = in_order(one.model for one in at_load)
        counts: dict[str, dict[str, int]] = {
            one.model: {o.state: o.schedules for o in one.outcomes} for one in at_load
        }
        whole = {one.model for one in at_load if one.exhausted}
        yield Table(
            caption=f"Schedules that reach each end state{f', {load}' if load else ''}",
            head=("end state", "", *models),
            rows=tuple(
                (
                    state,
                    "" if acceptable else "not acceptable",
                    *(
                        _reached(counts[model].get(state), whole=model in whole)
                        for model in models
                    ),
                )
                for state, acceptable in list(states.items())[:MOST_OUTCOMES]
            ),
            first_figure_column=2,
        )


def _reached(schedules: int | None, *, whole: bool) -> str:
    """How many schedules reach a state; a search that was cut may have missed it."""
    if schedules is not None:
        return f"{schedules:,}"
    return "never" if whole else "not seen"
