"""Two forms of one program: whether each end of the port is an end of the original.

A port may have fewer ends than its original, because tasks are interrupted at fewer
places than threads.  It must not have an end that the original does not have.
"""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bench.correctness.records.verdict import Verdict
from bench.records.certificates import Outcome

Fields = dict[str, str]


@dataclass(frozen=True)
class End:
    """One end of a run, and in how many schedules of each form it was seen."""

    state: str
    acceptable: bool
    original: int
    port: int


@dataclass(frozen=True)
class BothForms:
    """What the ends of two forms show about the port.

    outcome:
        "kept" if each end of the port is also an end of the original;
        "broken" if the port fails, or has an end that the original cannot have;
        "cut" if a limit or a bound left open which of these is true;
        "incomparable" if the ends of the two forms have no attribute in common.
    ends: the ends of both forms, acceptable ends first.
    only_original, only_port: attributes that only one form has; they are not compared.
    """

    original: Verdict
    port: Verdict
    outcome: Literal["kept", "broken", "cut", "incomparable"]
    ends: tuple[End, ...]
    only_original: tuple[str, ...] = ()
    only_port: tuple[str, ...] = ()

    @property
    def added(self) -> tuple[End, ...]:
        """The ends that only the port has."""
        return tuple(end for end in self.ends if not end.original)

    @property
    def lost(self) -> tuple[End, ...]:
        """The ends that only the original has."""
        return tuple(end for end in self.ends if not end.port)


def both_forms(original: Verdict, port: Verdict) -> BothForms:
    """Compare the outcome tables of two forms by the attributes that both have."""
    ours, theirs = attributes(original.outcomes), attributes(port.outcomes)
    shared = None if ours is None or theirs is None else ours & theirs
    ends = joined(
        [(shown(row, shared), row) for row in original.outcomes],
        [(shown(row, shared), row) for row in port.outcomes],
    )
    return BothForms(
        original,
        port,
        judged(original, port, ends, apart=shared == set()),
        ends,
        only_original=tuple(sorted((ours or set()) - (shared or set()))),
        only_port=tuple(sorted((theirs or set()) - (shared or set()))),
    )


def judged(
    original: Verdict, port: Verdict, ends: tuple[End, ...], *, apart: bool
) -> Literal["kept", "broken", "cut", "incomparable"]:
    """Judge the port by its ends; a search that was cut may have missed some ends."""
    if port.outcome == "broken":
        return "broken"
    if apart:
        return "incomparable"
    if any(not end.original for end in ends):
        return "broken" if original.exhausted and original.bound is None else "cut"
    return "kept" if port.exhausted else "cut"


def attributes(outcomes: Iterable[Outcome]) -> set[str] | None:
    """The attributes in the acceptable ends.

    None if there is no acceptable end, or if such an end is not a list of attributes.
    """
    found = [fields_of(row.state) for row in outcomes if row.acceptable]
    if not found or None in found:
        return None
    return {name for fields in found if fields for name in fields}


def fields_of(state: str) -> Fields | None:
    """An end state such as `value=2, log=[1]` as a dict; None for other texts."""
    try:
        call = ast.parse(f"f({state})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(call, ast.Call) or call.args:
        return None
    return {
        keyword.arg: ast.unparse(keyword.value)
        for keyword in call.keywords
        if keyword.arg is not None
    }


def shown(row: Outcome, shared: set[str] | None) -> str:
    """The state of an end, without the attributes that only one form has.

    The state of a wrong end is not changed.
    """
    fields = fields_of(row.state) if row.acceptable and shared is not None else None
    if fields is None or shared is None:
        return row.state
    kept = [f"{name}={value}" for name, value in fields.items() if name in shared]
    return ", ".join(sorted(kept)) or "ended"


def joined(
    ours: Iterable[tuple[str, Outcome]], theirs: Iterable[tuple[str, Outcome]]
) -> tuple[End, ...]:
    """One row for each end: acceptable before wrong ends, frequent before rare ones."""
    counts: dict[tuple[bool, str], list[int]] = {}
    for side, rows in enumerate((ours, theirs)):
        for state, row in rows:
            count = counts.setdefault((row.acceptable, state), [0, 0])
            count[side] += row.schedules
    ends = [
        End(state, acceptable, *count) for (acceptable, state), count in counts.items()
    ]
    return tuple(
        sorted(
            ends,
            key=lambda end: (not end.acceptable, -end.original - end.port, end.state),
        )
    )
