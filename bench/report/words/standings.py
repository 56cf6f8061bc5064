"""Whether a pair holds and its counter-examples fail, from all its certificates."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.records.certificates import Certificate
from bench.report.words import units


@dataclass(frozen=True)
class Standing:
    """The claim about one model of a pair, from all workloads explored."""

    symptom: str | None  # how the pair fails in a workload, or None
    # schedules of the exhausted workloads, or of all workloads if none was exhausted
    schedules: int
    whole: int  # number of exhausted workloads
    cut: int  # number of workloads cut by a limit

    @property
    def outcome(self) -> str:
        """ "broken", "holds" or "cut", in this order of precedence."""
        if self.symptom is not None:
            return "broken"
        return "holds" if self.whole else "cut"

    @property
    def brief(self) -> str:
        """The claim in a few words, for a column headed "schedules"."""
        if self.symptom is not None:
            return f"BREAKS: {self.symptom}"
        if not self.whole:
            return f"{self.schedules:,}, cut" if self.schedules else "none tried"
        return f"all {self.schedules:,} hold" + (f", {self.cut} cut" * bool(self.cut))

    def __str__(self) -> str:
        if self.symptom is not None:
            return f"breaks: {self.symptom}"
        number = units.many(self.schedules, "schedule")
        if not self.whole and not self.schedules:
            return "no schedule was tried"
        if not self.whole:
            return f"no failure in {number}, cut short"
        larger = (
            f"; {units.many(self.cut, 'larger load')} cut short" if self.cut else ""
        )
        return f"holds: all {number}{larger}"


def of_model(certificates: Sequence[Certificate], model: str) -> Standing | None:
    """The standing of a pair in a model; None if it was not explored there."""
    own = [one for one in certificates if one.model == model]
    own = [one for one in own if one.expected == "holds"]
    if not own:
        return None
    broken = [one for one in own if one.outcome == "broken"]
    whole = [one for one in own if one.outcome == "holds"]
    failure = broken[0].failure if broken else None
    return Standing(
        symptom=(failure.symptom if failure else "a failure") if broken else None,
        schedules=sum(one.schedules for one in whole or own),
        whole=len(whole),
        cut=sum(one.outcome == "cut" for one in own),
    )


def broken_as_named(certificates: Sequence[Certificate]) -> tuple[int, int]:
    """How many counter-examples failed with their symptom, and how many there are.

    A counter-example can have several certificates: it is run once, and it is explored.
    It counts as failed only if all of them say so.
    """
    found: dict[tuple[str, str], bool] = {}
    for one in certificates:
        if one.expected == "broken":
            key = (one.scenario, one.model)
            found[key] = found.get(key, True) and one.as_expected
    return sum(found.values()), len(found)
