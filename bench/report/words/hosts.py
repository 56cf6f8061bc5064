"""Several hosts in words: the ratio of each, the spread, the machines side by side.

No mean over the hosts is shown.  A ratio is a property of one host, and the hosts are
not a random sample of a larger group of machines.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.records.runs import Machine, Results
from bench.records.samples import Comparison, Sample
from bench.records.sweeps import HostResults
from bench.report.words import units, workloads
from bench.report.words.tables import verdict

# facts that are shown even if they are equal on all hosts
MAIN = (
    *("processor", "cores", "memory", "system", "governor", "cgroup cpu quota"),
    *("cpu pressure", "load", "noise floor"),
)
MOST_DOUBTS = 3  # of each host; the host's own report has all of them
Fact = tuple[str, tuple[str, ...]]  # the name of the fact, and its value on each host


@dataclass(frozen=True)
class Cell:
    """One case on one host."""

    host: str
    verdict: str
    ratio: str
    interval: str


@dataclass(frozen=True)
class Row:
    """One case on all hosts, with the spread over the hosts."""

    pair: str
    setting: str  # the workload and the runtime
    cells: tuple[Cell, ...]
    spread: str


def rows(hosts: Sequence[HostResults]) -> list[Row]:
    """A row for each case that a host has measured."""
    by_case: dict[str, dict[str, Comparison]] = {}
    for one in hosts:
        for found in one.results.comparisons if one.results else ():
            by_case.setdefault(found.case, {})[one.host] = found
    return [_row([one.host for one in hosts], found) for found in by_case.values()]


def _row(hosts: Sequence[str], found: dict[str, Comparison]) -> Row:
    first = next(iter(found.values()))
    models = f"{first.models[1]} over {first.models[0]}"
    return Row(
        pair=first.pair,
        setting=f"{workloads.in_words(first.workload)}; {models},"
        f" {units.setting(first)}",
        cells=tuple(_cell(host, found.get(host)) for host in hosts),
        spread=spread(list(found.values()), len(hosts)),
    )


def _cell(host: str, one: Comparison | None) -> Cell:
    if one is None:
        return Cell(host, "not measured", "", "")
    return Cell(
        host,
        verdict(one),
        units.times(one.ratio) if one.ratio else "",
        units.interval(one.low, one.high) if one.low and one.high else "",
    )


def spread(found: Sequence[Comparison], hosts: int) -> str:
    """The spread of the ratios of one case, and whether all hosts agree."""
    if hosts == 1:
        return "none, because there is one host"
    ratios = [one.ratio for one in found if one.ratio]
    if len(ratios) < 2:
        return f"measured on {units.many(len(ratios), 'host')} of {hosts}: no spread"
    low, high = min(ratios), max(ratios)
    verdicts = {one.verdict for one in found}
    if "wrong" in verdicts:
        same = "wrong on some, so there is no answer"
    elif "undecided" in verdicts:
        same = "undecided on some"
    elif len(verdicts) == 1:
        same = "the same answer on each"
    elif {"faster", "slower"} <= verdicts:
        same = "opposite answers"
    else:
        same = "not the same answer on each"
    return (
        f"{units.times(low).removesuffix('×')} to {units.times(high)} on"
        f" {units.many(len(ratios), 'host')}, {high / low:.2f} times apart: {same}"
    )


def facts(hosts: Sequence[HostResults]) -> list[Fact]:
    """The facts of the machines: a name, and the value on each host."""
    machines = [one.results.run.machine if one.results else None for one in hosts]
    names: tuple[tuple[str, Callable[[Machine], str]], ...] = (
        ("processor", lambda m: m.cpu),
        ("cores", lambda m: f"{m.cores}"),
        ("memory", lambda m: units.bytes_(m.memory_bytes) if m.memory_bytes else ""),
        ("system", lambda m: f"{m.system} {m.kernel}"),
        ("virtual machine", lambda m: m.virtual_machine or "no"),
        ("machine", lambda m: m.hostname_sha256[:8]),
    )
    table = [
        (name, tuple("" if one is None else value(one) for one in machines))
        for name, value in names
    ]
    known = {name for one in machines if one is not None for name in one.facts}
    table += [
        (
            name.replace("_", " "),
            tuple("" if one is None else one.facts.get(name, "") for one in machines),
        )
        for name in sorted(known)
    ]
    table.append(("noise floor", tuple(_noise(one) for one in hosts)))
    return [(name, values) for name, values in table if any(values)]


def same_facts(table: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
    """The facts to show, and the facts that are the same on all hosts.

    The facts in MAIN, such as the processor, are always shown.  Flags of a compiler,
    for example, are shown only if they differ.
    """
    same = [one for one in table if len(set(one[1])) == 1 and one[0] not in MAIN]
    return [one for one in table if one not in same], same


def _failures(samples: Sequence[Sample]) -> list[str]:
    """The first failure of each side of each pair, with its reason."""
    said: dict[tuple[str, str], str] = {}
    for one in samples:
        if one.status != "ok":
            lines = (one.reason or "").strip().splitlines() or ["no reason given"]
            reason = lines[0] if one.status == "hung" else lines[-1]
            key = one.subject.pair, one.subject.model
            said.setdefault(key, f"{' '.join(key)} {one.status}: {reason}")
    return [*said.values()]


def _noise(one: HostResults) -> str:
    if one.results is None or not one.results.comparisons:
        return ""
    if not (noise := one.results.noise):
        return "not measured"
    return units.interval(min(n.low for n in noise), max(n.high for n in noise))


def _doubts(one: HostResults, results: Results) -> list[str]:
    """Why to doubt the machine or the figures of a host; at most MOST_DOUBTS."""
    found = [*results.warnings, *one.doubts]
    if (more := len(found) - MOST_DOUBTS) <= 0:
        return found
    return [
        *found[:MOST_DOUBTS],
        f"{units.many(more, 'more doubt')}: see its own report",
    ]


def remarks(hosts: Sequence[HostResults]) -> list[str]:
    """What a reader must know before comparing hosts."""
    said = []
    for one in hosts:
        if one.results is None:
            said.append(f"{one.host}: nothing was measured")
            continue
        if not one.is_finished:
            left = len(one.results.unmeasured)
            has = "has no sample" if left == 1 else "have no sample"
            short = f"{units.many(left, 'case')} {has}" if left else "samples are few"
            said.append(f"{one.host}: its run did not finish; {short}")
        if one.results.run.lacks:
            said.append(f"{one.host}: {units.shards(one.results.run.lacks)} missing")
        said += [f"{one.host}: {line}" for line in _failures(one.results.samples)]
        said += [f"{one.host}: {line}" for line in _doubts(one, one.results)]
    machines = [one.results.run.machine.hostname_sha256 for one in hosts if one.results]
    if len(set(machines)) < len(machines):
        said.append("some hosts are workers of one machine, which took turns")
    return said
