"""The records of a ledger without those that a resumed run has replaced.

Records are only appended to a ledger.  If an exploration was killed, or a run was cut
between the certificates of one form, the resumed run explores the form again.  Then the
ledger has records of both attempts, and the later records count.
"""

from collections.abc import Iterable

from bench.records.certificates import Certificate
from bench.records.locks import LockNeeds
from bench.records.primitives import Internals
from bench.records.runs import Entry
from bench.records.samples import Measurement, Sample
from bench.records.shapes import ShapeComparison


def latest_records(entries: Iterable[Entry]) -> list[Entry]:
    """Return the records that count, each at the place of its first version."""
    entries = list(entries)
    explored = {
        _form(one)
        for one in entries
        if isinstance(one, Certificate) and one.schedules > 0
    }
    latest: dict[object, Entry] = {}
    for number, entry in enumerate(entries):
        if (
            isinstance(entry, Certificate)
            and not entry.schedules
            and not entry.workload
            and _form(entry) in explored
        ):
            # A certificate without a schedule and without a workload says that the
            # exploration of a whole form was killed or refused.  Such a certificate
            # does not count if another exploration of the form has run schedules.
            continue
        latest[_place(entry) or number] = entry
    return list(latest.values())


def _form(one: Certificate) -> tuple[str, ...]:
    return one.pair, one.model, one.scenario, one.method


def _place(entry: Entry) -> tuple[object, ...] | None:
    """Return the key of a record; of two records with equal keys the later counts."""
    match entry:
        case Sample():
            return "sample", entry.case, entry.block, entry.position
        case Certificate():
            return "certificate", *_form(entry), entry.load
        case LockNeeds():
            return "locks", entry.pair, entry.model
        case Measurement():
            where = tuple(sorted(entry.coordinates.items()))
            about = (entry.name, entry.model, entry.runtime, where)
            return "measurement", *about, entry.round
        case ShapeComparison():
            return "shape", entry.pair
        case Internals():
            return "internals", entry.primitive, entry.python
        case _:
            return None
