"""An answer of `decide` as one HTML file which works offline."""

from pathlib import Path

from bench.records.decisions import Decision
from bench.report.page import files
from bench.report.page.html_file import environment, part, policy
from bench.report.words import decision as words
from bench.report.words import decision_tables as tables


def write(one: Decision, path: Path) -> None:
    """Write the page of an answer, whole or not at all.

    Raises CannotRunError when the file cannot be written.
    """
    files.write(Path(path), render(one))


def render(one: Decision) -> str:
    """The answer as one page that fetches nothing."""
    made = environment()
    style, script = (part(made, name) for name in ("report.css", "report.js"))
    return made.get_template("decision.html.j2").render(
        one=one,
        words=words,
        tables=tables,
        style=style,
        script=script,
        policy=policy(style, script),
    )
