"""Two forms of one program as text for a terminal, and as one line of JSON."""

import json
import textwrap
from typing import Any

from bench.correctness.explain.both_forms import BothForms, End
from bench.correctness.explain.plain_text import plain, plain_json
from bench.correctness.explain.render import ROWS, failure_lines, headline
from bench.correctness.explain.verdict_json import full

FORMS = "original", "port"


def forms_text(forms: BothForms, width: int, command: str = "") -> str:
    """Return the text on two forms, with lines of at most `width` characters.

    `command` replays the failing schedule of the port.
    """
    lines = [
        f"{forms.original.scenario} -> {forms.port.scenario}",
        *filled(f"{forms.outcome}: {answer(forms)}", width),
    ]
    for word, verdict in zip(FORMS, (forms.original, forms.port), strict=True):
        said, *more = headline(verdict, width - 10)[1:]
        lines.append(f"  {word + ':':10}{said.strip()}")
        lines += [f"  {'':10}{line.strip()}" for line in more]
    lines += table(forms.ends)
    for word, names in zip(FORMS, (forms.only_original, forms.only_port), strict=True):
        if names:
            lines += filled(
                f"not compared, only in the {word}: {', '.join(names)}", width
            )
    if forms.port.failure is not None:
        lines += ["", "  How the port fails:"]
        lines += failure_lines(forms.port.failure, width)
    if command:
        lines += ["", f"replay it: {command}"]
    return "\n".join(plain(line.rstrip()) for line in lines)


def answer(forms: BothForms) -> str:
    """The answer in words, with the next step if there is one."""
    count = len(forms.added)
    ends = f"{count} end{'s' * (count != 1)}"
    if forms.outcome == "kept":
        lost = len(forms.lost)
        fewer = f"; the original has {lost} more" if lost else ""
        return f"every end of the port is also an end of the original{fewer}"
    if forms.outcome == "incomparable":
        return (
            "the two end states have no attribute in common;"
            " give the results the same names in both forms"
        )
    if forms.outcome == "cut":
        if count:
            return (
                f"the port has {ends} that the original has not shown yet;"
                " raise --limit-seconds or try a smaller workload"
            )
        return (
            "so far the port has only ends of the original, but not all of its"
            " schedules were run; raise --limit-seconds or try a smaller workload"
        )
    if forms.original.outcome == "broken" and not count:
        return "the port fails, as the original does"
    if forms.port.outcome == "broken":
        return "the port fails"
    return (
        f"the port has {ends} that the original cannot have;"
        " let `check` reject such an end to see a schedule that leads to it"
    )


def table(ends: tuple[End, ...]) -> list[str]:
    """One line for each end, with a mark if only one form has this end.

    Of the acceptable ends, only the first ROWS have a line; the same holds for the
    wrong ends.  The ends of the port alone come first.
    """
    lines = [f"  {FORMS[0]:>8}  {FORMS[1]:>8}"]
    for acceptable, word in ((True, "ok   "), (False, "WRONG")):
        rows = [end for end in ends if end.acceptable is acceptable]
        rows.sort(key=lambda end: bool(end.original))  # ends of the port alone first
        for end in rows[:ROWS]:
            counts = f"{count(end.original):>8}  {count(end.port):>8}"
            state = textwrap.shorten(end.state, 100)
            lines.append(f"  {counts}  {word}  {state}{whose(end)}")
        if len(rows) > ROWS:
            more = f"{len(rows) - ROWS:,} other ends (see --json)"
            lines.append(f"  {'':18}  {word}  {more}")
    return lines


def count(schedules: int) -> str:
    return f"{schedules:,}" if schedules else "-"


def whose(end: End) -> str:
    """The mark of an end that only one form has; "" for other ends."""
    if not end.original:
        return "  (only the port)"
    return "" if end.port else "  (only the original)"


def filled(text: str, width: int) -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent="  ", subsequent_indent="    ",
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip


def forms_line(forms: BothForms, replay: str = "") -> str:
    """One object on one line; `replay` is the command that replays the failure."""
    told: dict[str, Any] = {
        "original": forms.original.scenario,
        "port": forms.port.scenario,
        "outcome": forms.outcome,
        "ends": [
            {
                "state": end.state,
                "acceptable": end.acceptable,
                "original": end.original,
                "port": end.port,
            }
            for end in forms.ends
        ],
        "only_original": [*forms.only_original],
        "only_port": [*forms.only_port],
        "exhausted": {
            "original": forms.original.exhausted,
            "port": forms.port.exhausted,
        },
        "failure": full(forms.port.failure),
    }
    if told["failure"] is not None:
        told["failure"]["replay"] = replay
    return plain_json(json.dumps(told, ensure_ascii=False))
