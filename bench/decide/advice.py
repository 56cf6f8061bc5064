"""What would do where neither model does, in words. Pure."""

import math

from bench.decide.candidates import Candidate
from bench.decide.costs import Costs
from bench.decide.findings import Finding, Question
from bench.decide.judging import judge
from bench.decide.remedies import FEW
from bench.records.decisions import Remedy

SPARED = ", with 5 % to spare"


def told_remedies(found: Finding, question: Question, costs: Costs) -> list[Remedy]:
    """What would do instead; only where neither does."""
    if found.decision.verdict != "neither":
        return []
    said = []
    if few := found.fewer:
        said.append(
            Remedy(
                kind="fewer",
                text=f"at most about {few.at_once} at once in one process, on "
                f"{_model(few.candidate)}{SPARED * (few.at_once >= FEW)}",
                count=few.at_once,
                verified=found.fewer_verified,
            )
        )
    if several := found.processes:
        cores = costs.cores
        here = (
            ""
            if several.cores <= cores
            else f", on {_cores(several.cores)}; this machine has {cores}"
        )
        said.append(
            Remedy(
                kind="processes",
                text=f"{several.count} processes with {several.jobs_each} jobs at once "
                f"each{here}",
                count=several.count,
                verified=found.processes_verified,
            )
        )
    said += free_threaded(found, question, costs)
    if not found.fewer and not found.processes:
        said.append(
            Remedy(
                kind="rewrite", text="only less computing, or less waiting, in a job"
            )
        )
    return said


def free_threaded(found: Finding, question: Question, costs: Costs) -> list[Remedy]:
    """A free-threaded interpreter: what was measured, or that none is here."""
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
