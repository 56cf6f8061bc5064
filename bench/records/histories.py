"""Records of a history: the ratios of many runs, in one file for a repository."""

from bench.records.base import Moment, Record

# the noise of a run that did not measure it: the log of 1.05
ASSUMED_NOISE = 0.04879016416943201


class Entry(Record, frozen=True, kw_only=True):
    """One run in a history."""

    started: Moment
    label: str = ""  # a revision, a tag or a name
    machine: str = ""  # hash of the machine, and its processor
    # How far the interval of code against itself reaches from the ratio 1, as a log.
    # If several sides were measured against themselves, the largest value.
    noise: float = 0.0
    ratios: dict[str, tuple[float, float, float]] = {}  # by case: low, ratio, high


class History(Record, frozen=True, kw_only=True):
    """The runs of a history, the earliest first."""

    format: int = 1
    runs: tuple[Entry, ...] = ()


class Step(Record, frozen=True, kw_only=True):
    """A run of a history at which the ratio of a case changed its level."""

    case: str
    at: int  # the position in `runs` of the first run on the new level
    before: float  # the old level: the median of its ratios
    after: float  # the new level
    confirmed: int  # number of later runs that are on the new level too
