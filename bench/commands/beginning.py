"""The first record of a run: its options, machine and sources."""

import os
import shlex
import shutil
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.errors import CannotRunError
from bench.ledger import store
from bench.pairs import function_pairs
from bench.pairs.catalogue import PAIRS, select
from bench.pairs.function_pairs import FunctionPair
from bench.records.models import MODELS
from bench.records.runs import Run, Settings
from bench.runs import versions
from bench.runs.lenses import LENSES
from bench.runs.progress import remark
from bench.runs.versions import Version, take, top_of
from bench.throughput import runtimes, sources
from bench.throughput.launching import ROOT
from bench.throughput.machine import doubts_now, machine
from bench.throughput.missing import formless
from bench.throughput.planning import JOBS, Placement

# the most time to ask the interpreters of the machine, as a share of the budget
ASKING_SHARE = 0.2


def started(
    pairs: tuple[str, ...],
    asked: dict[str, Any],
    folder: Path,
    begun: float | None = None,
) -> tuple[store.Ledger, Run]:
    """Start the ledger of a run; nothing is written if the run cannot begin.

    The budget of the run counts from `begun`, by default from now.
    """
    with TemporaryDirectory() as aside:
        other = other_version(pairs, asked, Path(aside) / versions.FOLDER)
        first = begin(pairs, asked, other, begun)
        ledger = store.Ledger.create(folder, may_resume=True)
        if other is not None:
            shutil.move(other.folder, folder / versions.FOLDER)
    ledger.append(first)
    return ledger, first


def begin(
    pairs: tuple[str, ...],
    asked: dict[str, Any],
    other: Version | None = None,
    begun: float | None = None,
) -> Run:
    """Make the first record of a run: its options, machine and sources.

    `other` is the version against which the run measures.
    """
    begun = begun or time.time()
    chosen = chosen_pairs(pairs, asked)
    left = asked["budget"] - (time.time() - begun)
    interpreters, late = measured_interpreters(asked["pythons"], left * ASKING_SHARE)
    lacks = runtimes.check_loops(
        interpreters, asked["loops"], skip="all" in asked["pythons"]
    )
    settings = Settings(
        workers=asked["workers"],
        capacities=tuple(room or None for room in asked["capacity"]),
        cpu_shares=tuple(percent / 100 for percent in asked["cpu_share"]),
        sweep=asked["sweep"],
        runtimes=tuple(runtimes.runtimes(interpreters, asked["loops"])),
        placements=placements(asked["placements"]),
        against_itself=asked["aa"],
        carriers=asked["carriers"],
        budget_seconds=asked["budget"],
        seed=asked["seed"],
        shard=asked["shard"],
        **(against(chosen, other) if other else {}),
    )
    left_out = [*late, *lacks, *formless(chosen, settings)]
    if JOBS in pairs and asked["lenses"] and "throughput" not in asked["lenses"]:
        left_out.append(f"{JOBS} has only speeds to compare: not in this run")
    for line in left_out:
        remark(f"note: {line}")
    lenses = asked["lenses"] or (("throughput",) if other else LENSES)
    return Run(
        started=begun,
        command=escaped(asked.get("recorded_as") or "") or typed(sys.argv[1:]),
        version=version("threads-vs-asyncio"),
        machine=machine(interpreters),
        host=asked.get("host") or "",
        budget_seconds=settings.budget_seconds,
        seed=settings.seed,
        pairs=tuple(chosen),
        own=function_pairs.registered(chosen),
        lenses=lenses,
        settings=settings,
        sources=sources.of_run(chosen),
        # `doubts_now` has only reasons to doubt speeds
        warnings=tuple(doubts_now()) if "throughput" in lenses else (),
        follows_imports=True,
        hashes_versions=True,
        fail_over=asked.get("fail_over"),
        left_out=tuple(left_out),
    )


def placements(named: Sequence[str]) -> tuple[Placement, ...]:
    """Return the placements of a run, each once; "both" stands for all of them."""
    found: tuple[Placement, ...] = ("pinned", "free")
    return tuple(one for one in found if one in named or "both" in named)


def chosen_pairs(pairs: tuple[str, ...], asked: dict[str, Any]) -> list[str]:
    """Return the names of the pairs of a run, in order; `jobs` is last if it is run."""
    chosen = [pair.name for pair in select(name for name in pairs if name != JOBS)]
    if pairs and set(pairs) <= {JOBS}:
        chosen = []
    is_swept = asked["sweep"] != "none" and (not pairs or JOBS in pairs)
    return [*chosen, JOBS] if is_swept and not asked["against"] else chosen


def other_version(
    pairs: tuple[str, ...], asked: dict[str, Any], into: Path
) -> Version | None:
    """Copy the version to measure against into a folder; None without --against.

    Raises CannotRunError if there is no such version, or if the pairs are not all
    of one project.
    """
    if not asked["against"]:
        return None
    if JOBS in pairs:
        raise CannotRunError(f"{JOBS} belongs to the harness, and has only one version")
    mine = [
        isinstance(PAIRS[name], FunctionPair) for name in chosen_pairs(pairs, asked)
    ]
    if any(mine) and not all(mine):
        raise CannotRunError(
            "--against needs pairs of one project; name only yours, or only ours"
        )
    return take(asked["against"], top_of(Path.cwd()) if any(mine) else ROOT, into)


def against(chosen: list[str], other: Version) -> dict[str, Any]:
    """Return the settings of a run against another version of the code.

    Prints which sides have equal code in both versions, and which are new.
    """
    now = sources.of_pairs(chosen)
    then = sources.of_pairs(chosen, (str(other.top), str(other.folder)))
    # Sides with equal code are not measured.  The user's pairs are always measured:
    # their functions may also read files that differ between the versions.
    ours = [
        key for key in now if now[key] and not isinstance(PAIRS[key[0]], FunctionPair)
    ]
    same = [f"{pair} {model}" for pair, model in ours
            if now[pair, model] == then[pair, model]]  # fmt: skip
    new = [f"{pair} {model}" for pair, model in ours if not then[pair, model]]
    refuse_missing(chosen, other)
    if same:
        remark(f"note: equal code, not measured: {', '.join(same)}")
    if new:
        remark(f"note: not in {other.label}: {', '.join(new)}")
    return {
        "against": other.label,
        "against_top": str(other.top),
        "unchanged": (*same, *new),
    }


def refuse_missing(chosen: list[str], other: Version) -> None:
    """Raise CannotRunError if the other version lacks a module of a user's pair.

    Python would then import the present module in its place, and compare the present
    code with itself.
    """
    for name in chosen:
        pair = PAIRS.get(name)
        if not isinstance(pair, FunctionPair):
            continue
        for model in MODELS:
            file = pair.source_file(model)
            if file is None or not file.resolve().is_relative_to(other.top.resolve()):
                continue
            place = file.resolve().relative_to(other.top.resolve())
            if not (other.folder / place).exists():
                raise CannotRunError(
                    f"{place} is not in {other.label}, so {name} has no version to"
                    " measure against; leave out --against, or name another version"
                )


def typed(arguments: list[str]) -> str:
    """Return the command as it was typed; bytes that are not valid text are escaped."""
    return escaped(shlex.join(["python", "-m", "bench", *arguments]))


def escaped(line: str) -> str:
    """Return a line as valid text; bytes that are not valid text are escaped."""
    return os.fsencode(line).decode("utf-8", "backslashreplace")


def measured_interpreters(
    wanted: tuple[str, ...], seconds: float = runtimes.ANSWER_SECONDS
) -> tuple[list[runtimes.Interpreter], list[str]]:
    """Return the interpreters to measure: named ones, all, or the current one.

    Also returns a line for each interpreter that did not answer within `seconds`, if
    all are measured.  Raises CannotRunError for two interpreters of one version,
    because the figures of both would have the same name.
    """
    if not wanted:
        return [runtimes.current()], []
    if "all" in wanted:
        seconds = min(runtimes.ANSWER_SECONDS, max(0.0, seconds))
        late: list[Path] = []
        measured = runtimes.discover(seconds, late.append)
        lines = [f"{path} gave no answer in {seconds:.1f} s" for path in sorted(late)]
        return measured, [f"{line}: not measured" for line in lines]
    found: dict[str, runtimes.Interpreter] = {}
    for path, one in zip(wanted, runtimes.named_together(wanted), strict=True):
        other = found.setdefault(one.name, one)
        if other.executable != one.executable:
            raise CannotRunError(
                f"{other.executable} and {path} are both Python {one.name}, and their"
                " figures would have one name; measure them in two runs"
            )
    return list(found.values()), []
