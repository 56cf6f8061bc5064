"""`explore A.py B.py`: the schedules of two forms of one program, compared."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import rich_click as click

from bench.commands.targets import MODELS, programs
from bench.correctness.explain.both_forms import BothForms, both_forms
from bench.correctness.explain.plain_text import plain, plain_lines
from bench.correctness.records.options import Options
from bench.correctness.records.verdict import Refusal, Verdict
from bench.correctness.search.program_search import choice_of
from bench.correctness.watch.exploring_process import Explored, explore_watched
from bench.errors import CannotRunError
from bench.shape.alignment.plain_names import shorter

FormsShown = Callable[[BothForms, Explored], object]
STATUS = {"kept": 0, "broken": 1, "incomparable": 2, "cut": 3}
CANNOT = 2


def compare_forms(
    original: str,
    port: str,
    options: Options,
    show: FormsShown,
    clear: Callable[[], object],
) -> list[int]:
    """Explore each scenario in both forms, and print the comparison of the end states.

    Returns the status of each scenario.  `clear` removes the progress line.  Raises
    CannotRunError if no scenario has the same name in both forms.
    """
    options = replace(options, keep_going=True)  # the outcome tables must be complete
    port = with_name(port, original)
    ours = dict(explored(original, options))
    clear()
    theirs = dict(explored(port, options))
    clear()
    partners = paired(ours, theirs)
    if not any(partners.values()):
        raise CannotRunError(
            f"{original} and {port} have no scenario in common: the first has"
            f" {', '.join(ours)}, the second {', '.join(theirs)}; give them the same"
            " names, or a name to each: A.py:NAME B.py:NAME"
        )
    statuses = []
    for name, partner in partners.items():
        statuses.append(told(name, ours[name], theirs.get(partner), show))
    for extra in theirs.keys() - set(partners.values()):
        click.echo(f"note: only {port} has {plain(extra)}", err=True)
    return statuses


def told(name: str, original: Explored, port: Explored | None, show: FormsShown) -> int:
    """Print the comparison of one scenario, or why there is none; return its status."""
    if port is None:
        click.echo(f"error: {plain(name)} has no counterpart to compare", err=True)
        return CANNOT
    for one in (original, port):
        if isinstance(one.answer, Refusal):
            if one.answer.traceback:
                click.echo(plain_lines(one.answer.traceback), err=True)
            click.echo(f"error: {plain(one.answer.reason)}", err=True)
    ours, theirs = original.answer, port.answer
    if isinstance(ours, Refusal) or isinstance(theirs, Refusal):
        return CANNOT
    forms = both_forms(ours, theirs)
    show(forms, port)
    return STATUS[forms.outcome]


def explored(target: str, options: Options) -> Iterator[tuple[str, Explored]]:
    """Return each program of a target by the name that it has in both forms."""
    listed = partial(programs, target, choice_of(options))
    for found in explore_watched(listed, options):
        yield common_name(found.answer), found


def common_name(answer: Verdict | Refusal) -> str:
    """Name the scenario without file and model: `Counter`, `lock(count=2)`."""
    name = answer.scenario
    for package in sorted(MODELS, key=len, reverse=True):
        if name.startswith(f"{package}."):
            return name.removeprefix(f"{package}.")
    return re.sub(r"^.*?\.py:|^[^:(]*:", "", name)


def with_name(port: str, original: str) -> str:
    """Return the port's target; if it has no name, it gets the original's name."""
    _, _, name = original.partition(":")
    return f"{port}:{name}" if name and ":" not in port else port


def paired(ours: dict[str, Explored], theirs: dict[str, Explored]) -> dict[str, str]:
    """Map the name of each scenario of the original to the matching name in the port.

    The matching name is empty if the port has no such scenario.  `AsyncCounter` matches
    `Counter`.  If each form has only one scenario, these two match, whatever their
    names are.
    """
    if len(ours) == len(theirs) == 1:
        return dict(zip(ours, theirs, strict=True))
    partners = {}
    for name in ours:
        longer = [other for other in theirs if name in shorter(other)]
        partners[name] = name if name in theirs else next(iter(longer), "")
    return partners
