"""A sweep read again: the results of each of its hosts."""

from pathlib import Path

from bench.ledger import sweeps
from bench.ledger.store import read as read_ledger
from bench.records.sweeps import HostResults, Sweep
from bench.runs import resumed_parts, saved
from bench.throughput.doubts import doubts


def read(folder: Path) -> tuple[Sweep, list[HostResults]]:
    """Read the description of a sweep, and the results of each host.

    Raises CannotRunError for a folder without a sweep, and for a corrupt ledger.
    """
    made = sweeps.read(folder)
    found = []
    for host in made.hosts:
        path = sweeps.folder_of(folder, host)
        if not path.is_dir():
            found.append(HostResults(host=host))
            continue
        entries = read_ledger(path)
        results = saved.results(path)
        finished = resumed_parts.is_finished(entries)
        found.append(
            HostResults(
                host=host,
                results=results,
                is_finished=finished,
                doubts=tuple(doubts(results)),
            )
        )
    return made, found
