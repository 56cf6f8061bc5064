"""Records of a sweep: the same run on several hosts."""

from bench.records.base import Record
from bench.records.runs import Results


class Sweep(Record, frozen=True, kw_only=True):
    """What a sweep is, so that it can go on: kept in a file of its folder."""

    format: int = 1
    started: float  # seconds since the epoch
    on: str = ""  # the cluster; empty for runs that were put side by side
    arguments: tuple[str, ...] = ()  # of `run` on each host
    folder: str = ""  # the working directory, the same on each host
    hosts: tuple[str, ...] = ()  # names; a folder of the same name has a host's run


class HostResults(Record, frozen=True, kw_only=True):
    """The results of one host; None where nothing of it has come."""

    host: str
    results: Results | None = None
    is_finished: bool = False
