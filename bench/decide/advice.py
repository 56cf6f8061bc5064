"""The remedies in words, for work where neither model is enough. Pure."""

import math
from typing import Literal

from bench.decide.candidates import Candidate
from bench.decide.costs import Costs
from bench.decide.easing import Eased
from bench.decide.findings import Finding, Question
from bench.decide.judging import judge
from bench.decide.remedies import FEW
from bench.records.decisions import Remedy

SPARED = ", with 5 % to spare"


SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"))
BYTES = ((1e9, "GB"), (1e6, "MB"), (1e3, "KB"), (1.0, "B"))
EASED = {  # for each input: its name in the text, and its units
    "memory": ("of memory allowed", BYTES),
    "p99": ("allowed at p99", SECONDS),
    "rate": ("arriving", ((1.0, "/s"),)),
    "wait": ("of waiting in a job", SECONDS),
    "cpu": ("of computing in a job", SECONDS),
    "payload": ("held by a job", BYTES),
}


def told_remedies(found: Finding, question: Question, costs: Costs) -> list[Remedy]:
    """The remedies of an answer; empty unless its verdict is "neither"."""
    if found.decision.verdict != "neither":
        return []
    said = _at_once(found) + _processes(found, question, costs)
    said += free_threaded(found, question, costs)
    if not said or question.wishes.cancel:
        said += [_eased(one) for one in found.eased]
    if question.wishes.cancel and question.work.blocking_library:
        said.append(
            Remedy(
                kind="rewrite",
                text="an asynchronous client, because a loop cancels its waits at once",
            )
        )
    if not said:
        said.append(
            Remedy(
                kind="rewrite",
                text="no known remedy: it is predicted that no change of one input is "
                "enough, and no change of all times of a job together",
            )
        )
    return said


def _at_once(found: Finding) -> list[Remedy]:
    """The remedies that stay with one process: run fewer or more jobs at once."""
    said = []
    if few := found.fewer:
        said.append(
            Remedy(
                kind="fewer",
                text=f"at most about {few.at_once} jobs at once in one process, on "
                f"{_model(few.candidate)}{SPARED * (few.at_once >= FEW)}",
                count=few.at_once,
                verified=found.fewer_verified,
            )
        )
    if many := found.more:
        said.append(
            Remedy(
                kind="more",
                text=f"at least about {many.at_once} jobs at once in one process, on "
                f"{_model(many.candidate)}{SPARED * (many.at_once >= FEW)}",
                count=many.at_once,
                verified=found.more_verified,
            )
        )
    return said


def _processes(found: Finding, question: Question, costs: Costs) -> list[Remedy]:
    """The remedy of several processes; none if one process with more jobs is enough."""
    several = found.processes
    if several is None or found.more is not None:
        return []
    cores = costs.cores
    here = (
        ""
        if several.cores <= cores
        else f", on {_cores(several.cores)}; this machine has {cores}"
    )
    together = several.count * several.jobs_each
    whole = f" ({together:,} in all)" * (
        together > max(1.2 * question.work.concurrency, several.count)
    )
    return [
        Remedy(
            kind="processes",
            text=f"{several.count} processes with {several.jobs_each} jobs at once "
            f"each{whole}{here}",
            count=several.count,
            verified=found.processes_verified,
        )
    ]


def _eased(one: Eased) -> Remedy:
    """Which limit or which input must change, and to which value, in words."""
    if one.input == "times":
        return Remedy(
            kind="rewrite",
            text="less waiting and also less computing in a job: about "
            f"{100 * one.at:.2g} % of the present times",
        )
    name, scale = EASED[one.input]
    size, unit = next((step for step in scale if one.at >= step[0]), scale[-1])
    shown = f"{one.at / size:.3g}{unit if unit.startswith('/') else f' {unit}'}"
    bound = "at least" if one.up else "at most"
    kind: Literal["allow", "rewrite"] = (
        "allow" if one.input in ("memory", "p99", "rate") else "rewrite"
    )
    return Remedy(kind=kind, text=f"{bound} about {shown} {name}")


def free_threaded(found: Finding, question: Question, costs: Costs) -> list[Remedy]:
    """The remedy of a free-threaded interpreter; none if it would not be enough.

    If such an interpreter was run, it is a remedy only if it met the wishes in the run.
    If none was run, and the p99 has a limit, the remedy says how many cores such an
    interpreter would need to meet this limit.
    """
    measured = [
        (figures, judge(figures, question.wishes))
        for figures, _ in found.others
        if not figures.candidate.gil
    ]
    met = [one for one in measured if one[1].meets == "yes"]
    if met:
        name = met[0][0].candidate.python
        return [Remedy(kind="free-threaded", text=f"Python {name}", verified=True)]
    computing = question.work.concurrency * question.work.cpu_seconds
    limit = question.wishes.p99_seconds
    if measured or limit is None:
        return []
    spare = limit - question.work.alone_seconds
    cores = math.ceil(computing / spare) if spare > 0 else 0
    if not cores or cores > 256:
        return []
    return [
        Remedy(
            kind="free-threaded",
            text=f"a free-threaded Python on at least {_cores(cores)} (none was found "
            f"here, and this machine has {costs.cores})",
            count=cores,
        )
    ]


def _cores(count: int) -> str:
    return "1 core" if count == 1 else f"{count} cores"


def _model(candidate: Candidate) -> str:
    return "threads" if candidate.kind == "threads" else candidate.name
