"""The plan of a port in sentences, and the commands that follow it."""

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.records.ports import Plan, PortedState
from bench.report.words import units

BECOMES = {
    "async": "becomes async",
    "plain": "stays as it is",
    "changed": "cannot simply be async",
    "already": "is async already",
}
FILES_MAY_STAY = (
    "A short call may stay: end its line with # bench: ok, or --check reports it too."
)


@dataclass(frozen=True)
class Step:
    """A command, and its description."""

    command: str
    said: str


def summary(one: Plan) -> list[str]:
    """The number of functions, how far the colour spreads, and what still blocks."""
    if one.is_ported:
        return [
            "This file is a port already, and is left as it is. What is to be done in"
            f" it: python -m bench port {shlex.quote(one.file)} --check"
        ]
    total = len(one.functions)
    hindered = sum(f.becomes == "changed" for f in one.functions)
    deepest = max((f.why.count(" → ") for f in one.functions), default=0)
    said = [
        f"{one.coloured} of {units.many(total, 'function')}"
        f" {'becomes' if one.coloured == 1 else 'become'} async."
    ]
    if one.coloured:
        said.append(
            "A function that becomes async reaches a call that waits through at most"
            f" {units.many(deepest, 'call')}."
            if deepest
            else "Each function that becomes async itself contains a call that waits."
        )
    if hindered:
        said.append(
            f"{units.many(hindered, 'function')} wait{'s' * (hindered == 1)} and cannot"
            " be awaited by Python"
            " itself: the wait must move elsewhere."
        )
    if one.remaining:
        said.append(
            f"{units.many(len(one.remaining), 'call')} on local files remain blocking."
        )
    return said


def lines(numbers: Sequence[int]) -> str:
    """The words "line 3" or "lines 3, 7"."""
    word = "line" if len(numbers) == 1 else "lines"
    return f"{word} {', '.join(map(str, numbers))}"


def written(state: PortedState) -> str:
    """The lines that write an attribute, each with its own locks."""
    if not state.apart:
        return lines(state.lines) + (f", under {state.lock}" if state.lock else "")
    return "; ".join(
        f"{lines(each.lines)} under {each.lock or 'no lock'}" for each in state.apart
    )


def next_steps(
    plans: Sequence[Plan], given: str, path: Path, blocking: Sequence[str] = ()
) -> list[Step]:
    """Write the draft, finish it, run it, explore it; empty if no function waits.

    `given` is the file or directory as the user named it.  `path` is where it is.
    `blocking` are the calls that the user named as waiting.
    """
    if not any(one.coloured for one in plans):
        return []
    ported = _beside(path)
    here, there = shlex.quote(given), shlex.quote(str(ported))
    told = "".join(f" --blocking {shlex.quote(name)}" for name in blocking)
    steps = [
        _drafted(path, here, there, told),
        Step(
            f"python -m bench port {here} {there}{told}",
            "what is left to do, and the usual mistakes; status 0 if there is nothing",
        ),
    ]
    needs = " ".join(sorted({name for one in plans for name in one.needs}))
    if needs:
        steps.append(Step(f"python -m pip install {needs}", "the draft uses it"))
    if path.suffix != ".py":
        return steps
    return [
        *steps,
        *([_run(plans[0], ported)] if len(plans) == 1 else []),
        Step(
            f"python -m bench explore {here} {there} --timers idle",
            "every schedule of both files, if they have a scenario (docs/explorer.md);"
            " idle: a time limit ends only when nothing else can continue"
            + ("; of a client, with a fake session (docs/porting.md)" if needs else ""),
        ),
    ]


def _beside(path: Path) -> Path:
    """The path of the port: beside the file or directory, with "a" before its name."""
    if path.name not in ("", ".."):
        return path.with_name(f"a{path.name}")
    whole = path.resolve()  # for "." and "..", whose last part is no name
    return Path(os.path.relpath(whole.with_name(f"a{whole.name}")))


def _drafted(path: Path, here: str, there: str, told: str) -> Step:
    """The command that writes all edits that need no decision."""
    what = "the file" if path.suffix == ".py" else "each file"
    said = (
        f"{what} with each edit that needs no decision; a comment above a line names"
        " each decision that is left: # port: ..."
    )
    if path.suffix == ".py":
        return Step(f"python -m bench port {here}{told} --draft > {there}", said)
    return Step(f"python -m bench port {here}{told} --into {there}", said)


def _run(one: Plan, ported: Path) -> Step:
    """The command that runs the port, with one `asyncio.run` for the whole program."""
    if not one.entry:
        return Step(f"python {shlex.quote(str(ported))}", "runs it")
    module = ported.stem
    code = f"import asyncio, {module}; asyncio.run({module}.{one.entry})"
    given = one.entry.partition("(")[2].removesuffix(")")
    said = "runs it, in the directory of the file: one asyncio.run for the whole"
    return Step(
        f'python -c "{code}"', said + (f"; give your own {given}" if given else "")
    )
