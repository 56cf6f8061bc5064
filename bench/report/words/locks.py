"""Which locks are needed, in words: a row for each lock, a column for each model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.records.locks import LockAnswer, LockNeeds
from bench.report.words import units
from bench.report.words.findings import Claim, Findings, in_order

NO_ANSWERS = {"no locks": "no lock of its own", "not asked": "not asked"}
# marks as in `Claim`; other answers have no mark
SORTS = {"undecided": "open", "not tried": "open"}


@dataclass(frozen=True)
class LockRow:
    """A lock of a pair, with what is known of it in each model.

    What is known is an answer, or the reason why there is no answer.  The name is empty
    if a pair has no lock.
    """

    pair: str
    name: str
    cells: Mapping[str, LockNeeds | LockAnswer]


def models(found: Sequence[LockNeeds]) -> list[str]:
    """The models whose locks were tried, in the order of the tables."""
    return in_order(one.model for one in found)


def rows(found: Sequence[LockNeeds]) -> list[LockRow]:
    """A row for each lock of each pair.

    Locks with the same name in both models share a row.  If a pair has exactly one lock
    in each model, these two locks share a row even if their names differ.  The reason
    is that asyncio may use another kind of lock for the same purpose.
    """
    made = []
    for pair in dict.fromkeys(one.pair for one in found):
        own: dict[str, LockNeeds] = {
            one.model: one for one in found if one.pair == pair
        }
        if all(len(one.answers) == 1 for one in own.values()):
            only = {model: one.answers[0] for model, one in own.items()}
            names = dict.fromkeys(answer.name for answer in only.values())
            made.append(LockRow(pair, ", ".join(names), only))
            continue
        named = [answer.name for one in own.values() for answer in one.answers]
        for name in dict.fromkeys(named or [""]):
            cells = {model: cell(one, name) for model, one in own.items()}
            known = {model: one for model, one in cells.items() if one is not None}
            made.append(LockRow(pair, name, known))
    return made


def cell(one: LockNeeds, name: str) -> LockNeeds | LockAnswer | None:
    """The answer for the lock with this name in a model; None if there is no such lock.

    If the model has no answers at all, the result is the record, which has the reason.
    """
    for answer in one.answers:
        if answer.name == name:
            return answer
    return None if one.answers else one


def brief(one: LockNeeds | LockAnswer | None) -> str:
    """The answer in a few words, for a terminal."""
    if one is None:
        return "-"
    if isinstance(one, LockNeeds):
        return NO_ANSWERS[one.outcome]
    match one.answer:
        case "needed":
            return f"needed: {one.different:,} of {one.schedules:,} fail"
        case "changes the end":
            return f"changes {one.different:,} of {one.schedules:,} ends"
        case "not needed":
            return f"not needed: all {one.schedules:,} hold"
        case _:
            return one.answer


def table(found: Sequence[LockNeeds]) -> Findings | None:
    """The answers with their evidence; None if no locks were tried."""
    if not found:
        return None
    head = models(found)
    return Findings(
        caption="Is each lock needed? One lock at a time is put out of effect, and the"
        " pair is explored again",
        head=("lock", *head),
        rows=tuple(
            (
                f"{row.pair}: {row.name}" if row.name else row.pair,
                tuple(claims(row.cells.get(model)) for model in head),
            )
            for row in rows(found)
        ),
        lacking="none of this name",
    )


def claims(one: LockNeeds | LockAnswer | None) -> tuple[Claim, ...]:
    """What is known of a lock, as a cell of a table; an empty cell for None."""
    if one is None:
        return ()
    if isinstance(one, LockNeeds):
        words = NO_ANSWERS[one.outcome]
        return (Claim(words=words, sort="said", evidence=one.reason or ""),)
    return (Claim(
        words=full(one),
        sort=SORTS.get(one.answer, "said"),
        evidence=", ".join(filter(None, evidence(one))),
    ),)  # fmt: skip


def full(one: LockAnswer) -> str:
    """The answer for a lock, with its counts."""
    number = units.many(one.schedules, "schedule")
    match one.answer:
        case "needed":
            first = "" if one.exhausted else "the first "
            return f"needed: {one.different:,} of {first}{number} without it fail"
        case "changes the end":
            return (
                f"changes the end: {one.different:,} of {number} without it reach an"
                " end state that none with it reaches"
            )
        case "not needed":
            return f"not needed: all {number} without it hold"
        case _:
            return one.answer


def evidence(one: LockAnswer) -> tuple[str, str, str]:
    """The evidence of an answer: the failure, the workload, a reason."""
    return one.symptom or "", one.workload, one.reason or ""
