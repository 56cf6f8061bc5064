"""The questions that people ask, with answers, as one HTML file which works offline."""

from collections.abc import Sequence
from pathlib import Path

from bench.report.page import files
from bench.report.page.html_file import environment, part, policy

Row = tuple[str, str, str, str]  # number, question, answer, command


def write(rows: Sequence[Row], path: Path) -> None:
    """Write the page, completely or not at all.

    Raises CannotRunError when the file cannot be written.
    """
    files.write(Path(path), render(rows))


def render(rows: Sequence[Row]) -> str:
    """The questions as one page that fetches nothing."""
    made = environment()
    style, script = (part(made, name) for name in ("report.css", "report.js"))
    return made.get_template("questions.html.j2").render(
        rows=rows, style=style, script=script, policy=policy(style, script)
    )
