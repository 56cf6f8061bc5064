"""Merges several runs into one: the shards of a plan, or a run and its continuation.

Runs of different machines, sources or interpreters are refused, because their figures
are not comparable.  The error lists the differences.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from bench.errors import CannotRunError
from bench.ledger.latest_records import latest_records
from bench.ledger.store import Ledger, read
from bench.records.runs import End, Entry, Resumed, Run
from bench.records.samples import Sample

NUMBER = re.compile(r"\d+(?:\.\d+)?")
# The ends of the names of facts about an interpreter.  Both runs must have equal facts.
SAME_FACTS = (" built", " arguments", " compiler", " flags")
CORE_FACTS = ("usable_cores", "cgroup_cpu_quota")  # which cores a run may use
# for pairs of the catalogue: the packages whose versions change the figures
PACKAGES = {
    "url_fetch": {"aiohttp", "httptools", "urllib3"},
    "lean_fetch": {"httptools"},
}
LOOP_PACKAGES = {"anyio", "trio", "uvloop"}


def differences(one: Run, other: Run) -> Iterator[str]:
    """Yield each difference that makes two runs incomparable, with both values."""
    if one.host != other.host:
        yield f"host: {one.host or 'none'} and {other.host or 'none'}"
    for name in ("hostname_sha256", "cpu", "cores", "memory_bytes", "kernel"):
        mine, theirs = getattr(one.machine, name), getattr(other.machine, name)
        if mine != theirs:
            yield f"machine: {name} {_short(mine)} and {_short(theirs)}"
    for name in CORE_FACTS:
        mine, theirs = (run.machine.facts.get(name, "none") for run in (one, other))
        if mine != theirs:
            yield f"machine: {name} {mine} and {theirs}"
    same = (*SAME_FACTS, *(f" {name}" for name in packages(one) & packages(other)))
    for name in sorted(one.machine.facts.keys() & other.machine.facts.keys()):
        mine, theirs = one.machine.facts[name], other.machine.facts[name]
        if name.endswith(same) and mine != theirs:
            yield f"interpreter: {name} {_short(mine)} and {_short(theirs)}"
    for module in sorted(one.sources.keys() & other.sources.keys()):
        if one.sources[module] != other.sources[module]:
            yield (
                f"source: {module} {_short(one.sources[module])} and "
                f"{_short(other.sources[module])}"
            )
    if one.version != other.version:
        yield f"version: {one.version} and {other.version}"


def packages(run: Run) -> set[str]:
    """Return the packages whose versions change the figures of a run.

    The loops of a merged run are unknown, so it has the packages of all loops.
    """
    found = set[str]().union(*(PACKAGES.get(pair, set()) for pair in run.pairs))
    if run.settings is None:
        return found | LOOP_PACKAGES
    for runtime in run.settings.runtimes:
        found |= {runtime.loop or ""} & LOOP_PACKAGES
        found |= {"anyio"} if runtime.anyio else set()
    return found


def check_same(one: Run, other: Run, what: str) -> None:
    """Raise CannotRunError, with all differences, if two runs are incomparable."""
    if found := list(differences(one, other)):
        hosts = {run.host or run.machine.hostname_sha256 for run in (one, other)}
        step = "start a new run"
        if len(hosts) > 1 and what.startswith("merging"):
            step = "merge --hosts puts hosts side by side"
        raise CannotRunError(
            f"{what} would mix runs that are not comparable ({'; '.join(found)}); "
            f"{step}"
        )


def merge(folders: Sequence[Path], into: Path) -> Run:
    """Write the records of several runs as one run into a new folder.

    Raises CannotRunError, before anything is written, as `merged_run` does.
    """
    merged, entries = merged_run(folders)
    with Ledger.create(into) as ledger:
        ledger.append_all([merged, *entries])
    return merged


def merged_run(folders: Sequence[Path]) -> tuple[Run, list[Entry]]:
    """Return several runs as one: its first record, and the records after it.

    Raises CannotRunError if runs are incomparable, or if two runs have the same sample.
    """
    if len(set(folders)) < len(folders):
        raise CannotRunError("a run is named twice; name each shard once")
    ledgers = {folder: read(folder) for folder in folders}
    runs = {folder: _run(folder, entries) for folder, entries in ledgers.items()}
    first, *others = runs
    for other in others:
        check_same(runs[first], runs[other], f"merging {first} and {other}")
    entries = list(_distinct(ledgers))
    merged = msgspec.structs.replace(
        runs[first],
        started=min(run.started for run in runs.values()),
        budget_seconds=sum(run.budget_seconds for run in runs.values()),
        pairs=tuple(dict.fromkeys(pair for run in runs.values() for pair in run.pairs)),
        sources={k: v for run in runs.values() for k, v in run.sources.items()},
        follows_imports=all(run.follows_imports for run in runs.values()),
        hashes_versions=all(run.hashes_versions for run in runs.values()),
        settings=None,  # a merged run has several plans, so it cannot be resumed
        lacks=missing_shards(list(runs.values())),
        warnings=each_once(runs.values()),
        left_out=tuple(
            dict.fromkeys(line for run in runs.values() for line in run.left_out)
        ),
    )
    end = _end(list(ledgers.values()))
    return merged, [*entries, *([end] if end is not None else [])]


def missing_shards(runs: Sequence[Run]) -> tuple[tuple[int, int], ...]:
    """Return the shards that are missing for a whole plan: (i, n) is the i-th of n.

    Runs whose pairs or number of shards differ belong to different plans.
    """
    present: dict[tuple[frozenset[str], int], set[int]] = {}
    for run in runs:
        if run.settings is not None:
            index, count = run.settings.shard
            present.setdefault((frozenset(run.pairs), count), set()).add(index)
        for count in {count for _, count in run.lacks}:  # a merged run
            found = present.setdefault((frozenset(run.pairs), count), set())
            found |= {*range(1, count + 1)} - {i for i, n in run.lacks if n == count}
    missing = {
        (index, count)
        for (_, count), found in present.items()
        for index in range(1, count + 1)
        if index not in found
    }
    return tuple(sorted(missing, key=lambda shard: (shard[1], shard[0])))


def _run(folder: Path, entries: Sequence[Entry]) -> Run:
    if not entries or not isinstance(entries[0], Run):
        raise CannotRunError(f"{folder} does not begin with a run; name a run's folder")
    return entries[0]


def _distinct(ledgers: dict[Path, list[Entry]]) -> Iterator[Entry]:
    """Yield all records except `Run` and `End`; of equal records, only one.

    Raises CannotRunError if two runs have the same sample.
    """
    where: dict[tuple[str, int, int], Path] = {}
    others: list[Entry] = []
    for folder, entries in ledgers.items():
        for entry in latest_records(entries):
            if isinstance(entry, Sample):
                key = (entry.case, entry.block, entry.position)
                if key in where:
                    raise CannotRunError(
                        f"{folder} and {where[key]} hold the same sample "
                        f"(block {entry.block} of {entry.case}); "
                        "merge shards of one plan, not two runs of it"
                    )
                where[key] = folder
                yield entry
            elif not isinstance(entry, Run | End) and entry not in others:
                others.append(entry)
    yield from others


def _end(ledgers: Sequence[Sequence[Entry]]) -> End | None:
    """Return the end of the merged run; None if a run has not ended."""
    # a run that was resumed has several ends, and the last one counts
    ends = [entries[-1] for entries in ledgers if isinstance(entries[-1], End)]
    if len(ends) < len(ledgers):
        return None
    return End(
        finished=max(end.finished for end in ends),
        elapsed_seconds=sum(end.elapsed_seconds for end in ends),
        # the programs that no run has checked
        unchecked=tuple(
            one
            for one in ends[0].unchecked
            if all(one in end.unchecked for end in ends)
        ),
        warnings=each_once(ends),
    )


def each_once(records: Iterable[Run | Resumed | End]) -> tuple[str, ...]:
    """Return the warnings of several records, each kind once.

    Two warnings are of one kind if they differ only in their numbers, such as "the load
    is 2.1 ..." and "the load is 3.4 ...".  Of each kind, the result has the warning
    whose first number is the largest.
    """
    found: dict[str, str] = {}
    for one in records:
        for text in one.warnings:
            kind = NUMBER.sub("", text)
            found[kind] = max(found.get(kind, text), text, key=_first_number)
    return tuple(found.values())


def _first_number(text: str) -> float:
    found = NUMBER.search(text)
    return float(found[0]) if found else 0.0


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 24 else f"{text[:12]}..."
