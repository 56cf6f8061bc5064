"""A history as one HTML file which works offline."""

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from bench.records.histories import History, Step
from bench.report.charts import drawing
from bench.report.charts.history_charts import course
from bench.report.page import files
from bench.report.page.html_file import environment, part, policy
from bench.report.words import cases, units
from bench.report.words import histories as words
from bench.report.words.text import seen


def write(history: History, steps: Sequence[Step], path: Path) -> str | None:
    """Write the page of a history, completely or not at all.

    Returns the reason if the page has no pictures, otherwise None.  Raises
    CannotRunError when the file cannot be written.
    """
    files.write(Path(path), render(history, steps))
    return drawing.problem()


def render(history: History, steps: Sequence[Step]) -> str:
    """The history as one page that fetches nothing."""
    made = environment()

    def drawn(case: str) -> Markup:
        of_case = [one for one in steps if one.case == case]
        chart = course(case, history.runs, of_case)
        return drawing.svg_or_text(chart, _alternative(case, history))

    style, script = (part(made, name) for name in ("report.css", "report.js"))
    return made.get_template("history.html.j2").render(
        history=history,
        steps=[words.step(one, history) for one in steps],
        others=words.others(history),
        contests=[
            (contest, [(cases.load(case), drawn(case)) for case in of_contest])
            for contest, of_contest in words.contests(history).items()
        ],
        words=words,
        style=style,
        script=script,
        policy=policy(style, script),
    )


def _alternative(case: str, history: History) -> str:
    """The text alternative of a chart: the ratio of each run."""
    said = (
        f"{words.label(run)} {units.times(run.ratios[case][1])}"
        for run in history.runs
        if case in run.ratios
    )
    return seen(f"{case}: {', '.join(said)}")
