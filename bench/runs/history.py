"""A history of runs: reads and writes it as one JSON file, and finds its steps.

A run may measure code against itself.  Its noise is how far the intervals of these
ratios reach from the ratio 1, or ASSUMED_NOISE if there are none.  Each interval of a
run is widened by its noise.  A level is what the runs since the last step have in
common: the median of their ratios, and the medians of both ends of their widened
intervals.  A run is a step if its widened interval does not overlap the interval of the
level before it.
"""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

import msgspec

from bench.errors import CannotRunError
from bench.records.histories import ASSUMED_NOISE, Entry, History, Step
from bench.records.runs import Results
from bench.records.workload import ONE_CALL, Workload, key

FORMAT = 1
# The workload in the name of a case of a user's pair: as this version writes it, and as
# earlier versions wrote it.
CALLED, EARLIER = (f" [{words}] " for words in (ONE_CALL, key(Workload(workers=1))))


def read(path: Path) -> History:
    """Read the history in a file; the history is empty if there is no file.

    Raises CannotRunError if the file holds no history, or one of a later version.
    """
    if path.exists() and not path.is_file():  # reading a device may never end
        raise CannotRunError(f"cannot read {path}: it is no file; name another file")
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return History()
    except OSError as error:
        raise CannotRunError(
            f"cannot read {path}: {error.strerror}; name another file"
        ) from None
    try:
        found = msgspec.json.decode(content, type=History)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise CannotRunError(
            f"{path} is no history ({error}); restore it, or name another file"
        ) from None
    if found.format > FORMAT:
        raise CannotRunError(
            f"{path} has format {found.format}, this version reads {FORMAT}; "
            "update this program"
        )
    return found


def encoded(history: History) -> str:
    """Return a history as JSON, a line per run, so that a diff shows what was added."""
    lines = ",\n".join(msgspec.json.encode(run).decode() for run in history.runs)
    return f'{{"format":{history.format},"runs":[\n{lines}\n]}}\n'


def entry(results: Results, label: str = "") -> Entry:
    """Return a run as an entry: its ratios with their intervals, and its noise."""
    machine = results.run.machine
    return Entry(
        started=results.run.started,
        label=label,
        machine=f"{machine.hostname_sha256[:8]} {machine.cpu}".strip(),
        noise=max(
            (
                max(abs(math.log(one.low)), abs(math.log(one.high)))
                for one in results.noise
            ),
            default=ASSUMED_NOISE,
        ),
        ratios={
            one.case: (one.low, one.ratio, one.high)
            for one in results.comparisons
            if one.ratio and one.low and one.high and one.verdict != "wrong"
        },
    )


def added(history: History, entries: Iterable[Entry]) -> History:
    """Return the history with these runs; a run that it already has is replaced.

    Such a run keeps its label, unless it has a new one.  Cases of the user's pairs that
    have their earlier name get the present one.
    """
    runs = {(run.started, run.machine): run for run in history.runs}
    for run in entries:
        place = (run.started, run.machine)
        label = run.label or (runs[place].label if place in runs else "")
        runs[place] = msgspec.structs.replace(run, label=label)
    ordered = sorted(runs.values(), key=lambda run: run.started)
    called = {case for run in ordered for case in run.ratios if CALLED in case}
    earlier = {case.replace(CALLED, EARLIER, 1): case for case in called}
    renamed = []
    for run in ordered:
        ratios = {earlier.get(case, case): run.ratios[case] for case in run.ratios}
        renamed.append(msgspec.structs.replace(run, ratios=ratios))
    return msgspec.structs.replace(history, runs=tuple(renamed))


def cases(history: History) -> list[str]:
    """Return the cases of a history, in order of appearance."""
    return list(dict.fromkeys(case for run in history.runs for case in run.ratios))


def steps(history: History) -> list[Step]:
    """Find the steps of all cases, in the runs of the machine of the newest run."""
    return [step for case in cases(history) for step in _steps(case, history.runs)]


def _steps(case: str, runs: Sequence[Entry]) -> list[Step]:
    machine = runs[-1].machine
    points = [
        (number, run)
        for number, run in enumerate(runs)
        if case in run.ratios and run.machine == machine
    ]
    found: list[Step] = []
    level: list[Entry] = []
    for number, run in points:
        if level and _apart(case, level, run):
            before = _middle(case, level)
            level = []
            found.append(
                Step(case=case, at=number, before=before, after=0.0, confirmed=-1)
            )
        level.append(run)
        if found:
            last = found[-1]
            found[-1] = msgspec.structs.replace(
                last, after=_middle(case, level), confirmed=last.confirmed + 1
            )
    return found


def _apart(case: str, level: Sequence[Entry], run: Entry) -> bool:
    """Whether a run's interval is outside the level's, both widened by their noise."""
    low, _, high = map(math.log, run.ratios[case])
    lows, highs = (
        median(math.log(one.ratios[case][end]) + sign * one.noise for one in level)
        for end, sign in ((0, -1), (2, 1))
    )
    return low - run.noise > highs or high + run.noise < lows


def _middle(case: str, level: Sequence[Entry]) -> float:
    return median(run.ratios[case][1] for run in level)
