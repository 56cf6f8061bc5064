"""The steps of a failing schedule in columns; the action of a step is never cut."""

import textwrap

from bench.records.certificates import Step

NARROWEST = 26  # characters; if columns would be narrower, one column is used
LONGEST_SOURCE = 240  # characters of a line of code
NUMBER = 4  # characters: the line number and a space


def columns(steps: tuple[Step, ...], width: int) -> list[str]:
    """Lay steps out in columns; in a narrow terminal, in one column."""
    workers = sorted({step.worker for step in steps if step.worker})
    if not workers:
        return []
    each = (width - 2) // len(workers) - 2
    if each < NARROWEST:
        return stacked(steps, width)
    lines = ["  " + "  ".join(f"{worker[:each]:{each}}" for worker in workers)]
    lines.append("  " + "  ".join("-" * each for _ in workers))
    for step in steps:
        if not step.worker:
            lines.append(f"  ... {step.action}")
            continue
        indent = "  " + " " * ((each + 2) * workers.index(step.worker))
        lines += [indent + line for line in cell_lines(step, each)]
    return lines


def stacked(steps: tuple[Step, ...], width: int) -> list[str]:
    """Lay steps out in one column, below the names of their workers."""
    lines = []
    before = ""
    room = max(width - 4, 20)
    for step in steps:
        if step.worker and step.worker != before:
            lines.append(f"  {step.worker}")
            before = step.worker
        cell = cell_lines(step, room) if step.worker else [f"... {step.action}"]
        lines += ["    " + line for line in cell]
    return lines


def cell_lines(step: Step, width: int) -> list[str]:
    """A line of code and its action; a long text continues in the next lines.

    If the text does not fit in one line, the comment in the code is left out.  If it
    still does not fit, the action begins on a line of its own.
    """
    action = f"({step.action})" if step.action else ""
    number = f"{step.line:>{NUMBER - 1}} "
    without_comment = step.source.partition("  # ")[0]
    for source in (step.source, without_comment):
        text = f"{number}{source}  {action}".rstrip()
        if len(text) <= width:
            return [text]
    if len(without_comment) > LONGEST_SOURCE:
        without_comment = without_comment[: LONGEST_SOURCE - 3] + "..."
    return [
        *folded(without_comment, number, " " * (NUMBER + 2), width),
        *folded(action, " " * NUMBER, " " * (NUMBER + 1), width),
    ]


def folded(text: str, first: str, others: str, width: int) -> list[str]:
    """A text in lines of at most `width`, each with its indent; no word is lost."""
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=others)
