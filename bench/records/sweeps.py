"""Records of a sweep: the same run on several hosts."""

from bench.records.base import Moment, Record
from bench.records.runs import Results


class Sweep(Record, frozen=True, kw_only=True):
    """The description of a sweep, in a file of its folder, to resume the sweep."""

    format: int = 1
    started: Moment
    on: str = ""  # the cluster; empty for merged runs
    arguments: tuple[str, ...] = ()  # arguments of `run` on each host
    folder: str = ""  # the working directory, the same on each host
    hosts: tuple[str, ...] = ()  # names; each has a folder with the host's run


class HostResults(Record, frozen=True, kw_only=True):
    """A host of a sweep; `results` is None if the host has none."""

    host: str
    results: Results | None = None
    is_finished: bool = False
    doubts: tuple[str, ...] = ()  # reasons to doubt its figures, most serious first
