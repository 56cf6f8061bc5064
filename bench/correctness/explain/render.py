"""A verdict as text for a terminal: outcome, outcome table, failing schedule."""

import os
import sys
import textwrap
from collections.abc import Sequence

from bench.correctness.explain.plain_text import plain
from bench.correctness.explain.trace_columns import columns
from bench.correctness.records.verdict import Verdict
from bench.records.certificates import Failure, Outcome, Unseen, Waiter

LONGEST_SYMPTOM = 400  # characters; the JSON has the whole text
WIDEST = 160  # characters of a line
LONGEST_STATE = 100  # characters
UNSHARED = (
    "This is no proof: the search saw no place that two workers use and one writes."
    " If the workers share nothing on purpose, use --independent."
)
ROWS = 12  # rows of acceptable ends in the outcome table, and of wrong ends


def verdict_text(verdict: Verdict, width: int, command: str = "") -> str:
    """Return a verdict as text, with lines of at most `width` characters.

    `command` replays the failing schedule.
    """
    lines = [*headline(verdict, width), *package_lines(verdict, width)]
    lines += table(verdict.outcomes, width)
    if verdict.failure is not None:
        lines += ["", *failure_lines(verdict.failure, width)]
    if command:
        lines += ["", f"replay it: {command}"]
    return "\n".join(plain(line.rstrip()) for line in lines)


def headline(verdict: Verdict, width: int) -> list[str]:
    """Return the scenario's name, and its outcome with the extent of the search."""
    count = f"{verdict.schedules:,} schedule{'s' * (verdict.schedules != 1)}"
    seconds = f"{verdict.seconds:.2f} s"
    bound = f" ({verdict.bound})" if verdict.bound else ""
    if verdict.outcome == "holds":
        but = but_what(verdict)
        text = (
            f"holds{for_draws(verdict)}{but}: {count}, all of them{bound}, in {seconds}"
        )
    elif verdict.outcome == "broken":
        extent = "all of them" if verdict.exhausted else "not all of them"
        text = f"broken: {count}, {extent}, in {seconds}"
    elif verdict.schedules:
        text = f"cut: {count} without a failure, but more remain{bound}; {seconds}"
    else:
        text = f"cut: no schedule was run to its end{bound}; {seconds}"
    timers = ", timers idle" if verdict.timers == "idle" else ""
    method = f"[{verdict.search}, {verdict.granularity}, {verdict.order}{timers}]"
    lines = [verdict.scenario, f"  {text}  {method}"]
    if len(lines[-1]) > width:
        lines[1:] = [*wrapped(text, width), f"    {method}"]
    if verdict.workers or verdict.outcome == "holds":
        lines += wrapped(extent_seen(verdict), width)
    if verdict.nothing_shared:
        lines += wrapped(UNSHARED, width)
    if verdict.reason:
        lines += wrapped(verdict.reason, width)
    return lines


def but_what(verdict: Verdict) -> str:
    """The gaps in the evidence for "holds", in words; empty if there are none."""
    if verdict.nothing_shared:
        return ", but nothing shared was seen"
    names = functions_of_library(verdict)
    return f", but not seen inside: {', '.join(names)}" if names else ""


def functions_of_library(verdict: Verdict) -> list[str]:
    """The functions of the standard library that were taken as one step."""
    return [
        name
        for name in verdict.one_step
        if name.partition(".")[0] in sys.stdlib_module_names
    ]


def extent_seen(verdict: Verdict) -> str:
    """The numbers of workers, scheduling points and shared places of one schedule.

    These numbers show how much of the program the search has seen.
    """
    return ", ".join(
        f"{number:,} {word}{'s' * (number != 1)}"
        for number, word in (
            (verdict.workers, "worker"),
            (verdict.points, "scheduling point"),
            (verdict.shared, "shared place"),
        )
    )


def for_draws(verdict: Verdict) -> str:
    """The draws for which a verdict holds, in words; empty if there are none."""
    draws = verdict.draws
    if not draws:
        return ""
    where = f" (drawn in {', '.join(verdict.drawn_in)})" if verdict.drawn_in else ""
    if len(draws) == 1:
        return f" for the draws of seed {draws[0]}{where}"
    return f" for the draws of seeds {draws[0]} to {draws[-1]}{where}"


def package_lines(verdict: Verdict, width: int) -> list[str]:
    """Return the lines that name packages looked into, and code taken as one step."""
    lines = []
    one_step: Sequence[str] = verdict.one_step
    if verdict.outcome == "holds" and not verdict.nothing_shared:
        said = functions_of_library(verdict)  # the headline has these names
        one_step = [name for name in one_step if name not in said]
    for words, names in (
        ("looked into: ", verdict.looked_into),
        ("as one step: ", one_step),
    ):
        if names:
            lines += textwrap.wrap(
                words + ", ".join(names),
                width,
                initial_indent="  ",
                subsequent_indent="    ",
                break_long_words=False,
            )
    return lines


def table(outcomes: Sequence[Outcome], width: int = WIDEST) -> list[str]:
    """Return the lines of the outcome table, in the format of jcstress.

    If there are many end states, only the most frequent have a line of their own.
    """
    # The width that is left for a state, beside the count and the word.
    room = max(20, min(LONGEST_STATE, width - 19))
    lines = []
    for acceptable, word in ((True, "ok   "), (False, "WRONG")):
        rows = [row for row in outcomes if row.acceptable is acceptable]
        shown = rows if len(rows) <= ROWS + 1 else rows[:ROWS]
        lines += [
            f"  {row.schedules:>8,}  {word}  {textwrap.shorten(row.state, room)}"
            for row in shown
        ]
        if rest := rows[len(shown) :]:
            count = sum(row.schedules for row in rest)
            lines.append(
                f"  {count:>8,}  {word}  {len(rest):,} other ends (see --json)"
            )
    return lines


def failure_lines(failure: Failure, width: int) -> list[str]:
    """Return the failing schedule: a column for each worker, a line for each step."""
    count = failure.preemptions or 0
    kind = f"{count} preemption{'s' * (count != 1)}"
    if failure.fifo is False:
        kind += "; only if ready tasks overtake, not in the stock event loop's order"
    symptom = plain(failure.symptom, LONGEST_SYMPTOM)
    lines = [*wrapped(f"{symptom}  ({kind})", width), ""]
    lines += columns(failure.steps, width)
    if failure.waiters:
        lines.append("")
    for waiter in failure.waiters:
        held = f", held by {waiter.held_by}" if waiter.held_by else ""
        place = place_of(waiter)
        text = f"{waiter.worker} waits for {waiter.waits_for}{held}{place}"
        lines += wrapped(text, width)
    for one in failure.unseen:
        within = f" in {one.function}" if one.function else ""
        text = f"before that, not yet seen: {one.error}{within}{place_of(one)}"
        lines += wrapped(text, width)
    return lines


def place_of(one: Waiter | Unseen) -> str:
    """The line of code of a waiter or of an exception; empty if it is not known."""
    if not one.file:
        return ""
    return f": {os.path.basename(one.file)}:{one.line}  {one.source}"


def wrapped(text: str, width: int) -> list[str]:
    """Indent a text; a long text continues in lines that are indented further."""
    text = plain(text)
    if len(text) + 2 <= width:
        return [f"  {text}"]
    return textwrap.wrap(
        text, max(width, 20), initial_indent="  ", subsequent_indent="      "
    )
