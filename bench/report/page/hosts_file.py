"""A sweep over several hosts as one HTML file which works offline."""

from collections.abc import Sequence
from pathlib import Path

from bench.records.sweeps import HostResults, Sweep
from bench.report.page import files
from bench.report.page.html_file import environment, part, policy
from bench.report.words import hosts as words


def write(made: Sweep, found: Sequence[HostResults], path: Path) -> None:
    """Write the page of a sweep, completely or not at all.

    Raises CannotRunError when the file cannot be written.
    """
    files.write(Path(path), render(made, found))


def render(made: Sweep, found: Sequence[HostResults]) -> str:
    """The sweep as one page that fetches nothing."""
    templates = environment()
    style, script = (part(templates, name) for name in ("report.css", "report.js"))
    facts, same = words.same_facts(words.facts(found))
    return templates.get_template("hosts.html.j2").render(
        made=made,
        found=found,
        rows=words.rows(found),
        facts=facts,
        same=same,
        remarks=words.remarks(found),
        style=style,
        script=script,
        policy=policy(style, script),
    )
