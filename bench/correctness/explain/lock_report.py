"""Which of its locks a program needs, as text for a terminal and as JSON."""

import json
import textwrap
from dataclasses import asdict

from bench.correctness.explain.plain_text import plain, plain_json
from bench.correctness.records.locks import LockAnswer, LockReport

NO_LOCKS = (
    "no lock to try: the program acquires no lock, semaphore or condition of threading"
    " or asyncio that it makes itself"
)


def report_text(report: LockReport, width: int) -> str:
    """Return a report as text, with lines of at most `width` characters."""
    count = f"{report.schedules:,} schedule{'s' * (report.schedules != 1)}"
    lines = [report.scenario]
    if report.outcome in ("answered", "no locks"):
        lines.append(f"  holds with all its locks: {count}, all of them")
    if report.outcome == "no locks":
        lines += wrapped(NO_LOCKS, width, "  ")
    elif report.outcome in ("broken", "cut", "refused"):
        lines += wrapped(unanswered(report), width, "  ")
    for answer in report.answers:
        lines += wrapped(f"{answer.answer}: {answer.lock.name} ({why(answer)})", width)
        if answer.symptom:
            lines += wrapped(f"without it: {answer.symptom}", width, "      ")
    return "\n".join(plain(line.rstrip()) for line in lines)


def unanswered(report: LockReport) -> str:
    """The reason why no lock was tried, in words."""
    how = "cannot be explored" if report.outcome == "refused" else report.outcome
    reason = f": {report.reason}" if report.reason else ""
    return f"{how} with all its locks, so no lock was tried{reason}"


def why(answer: LockAnswer) -> str:
    """The evidence for an answer, in words."""
    schedules = f"{answer.schedules:,} schedule{'s' * (answer.schedules != 1)}"
    if answer.answer == "needed":
        first = "" if answer.exhausted else "the first "
        at = f" at {answer.workload}" if answer.workload else ""
        return f"broken without it in {answer.broken:,} of {first}{schedules}{at}"
    if answer.answer == "changes the end":
        at = f" at {answer.workload}" if answer.workload else ""
        return (
            f"nothing fails without it, but {answer.new:,} of {schedules}{at} end in"
            f" a state that no schedule with it has, such as {answer.new_end}; let"
            " `check` decide whether that state is right"
        )
    if answer.answer == "not needed":
        bound = f"; {answer.bound}" if answer.bound else ""
        return f"holds without it: {schedules}, all of them{bound}"
    if answer.answer == "not tried":
        return answer.reason or ""
    return f"no verdict without it: {answer.reason}"


def wrapped(text: str, width: int, indent: str = "  ") -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()),
        width,
        initial_indent=indent,
        subsequent_indent=indent + "    ",
        break_long_words=False,
    )


def report_line(report: LockReport) -> str:
    """A report as one line of JSON that always has every key."""
    told = asdict(report)
    for answer in told["answers"]:
        lock = answer.pop("lock")
        del lock["key"]
        answer["bound"] = answer["bound"] or None
        answer.update(lock)
    return plain_json(json.dumps(told, ensure_ascii=False))
