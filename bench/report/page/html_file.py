"""The report of a run as one HTML file that works offline: `write(results, path)`."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from bench.records.runs import Results
from bench.report.charts import drawing
from bench.report.page import files, listing
from bench.report.page.contents import Page
from bench.report.words import text, units, workloads


def write(results: Results, path: Path, doubts: Sequence[str] = ()) -> str | None:
    """Write the report of a run, completely or not at all.

    `doubts` are sentences on doubtful figures, the most serious first.  Returns the
    reason if the page has no pictures, otherwise None.  Raises CannotRunError when the
    file cannot be written.
    """
    files.write(Path(path), render(results, doubts))
    return drawing.problem()


def render(results: Results, doubts: Sequence[str] = ()) -> str:
    """The report of a run as one page that fetches nothing."""
    made = environment()
    style, script = (part(made, name) for name in ("report.css", "report.js"))
    return made.get_template("page.html.j2").render(
        page=Page(results, doubts),
        style=style,
        script=script,
        policy=policy(style, script),
    )


def environment() -> Environment:
    """Templates that escape values and make invisible characters visible."""
    made = Environment(
        loader=PackageLoader("bench.report.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.globals |= {"units": units, "workloads": workloads, "listing": listing}
    made.filters |= {
        "command": text.command,
        "marked": text.marked,
        "short": text.short,
        "slug": text.slug,
    }
    return made


def _shown(value: object) -> object:
    if isinstance(value, str) and not hasattr(value, "__html__"):
        return text.seen(value)
    return "" if value is None else value


def part(environment: Environment, name: str) -> Markup:
    """A file of the templates that is copied into the page unchanged."""
    assert environment.loader
    return Markup(environment.loader.get_source(environment, name)[0])


def policy(style: str, script: str) -> str:
    """The content security policy: only these parts run, and no fetch is allowed."""
    allowed = (
        base64.b64encode(hashlib.sha256(part.encode()).digest()).decode()
        for part in (style, script)
    )
    style_hash, script_hash = allowed
    return (
        f"default-src 'none'; style-src 'sha256-{style_hash}';"
        f" script-src 'sha256-{script_hash}'; base-uri 'none'; form-action 'none'"
    )
