"""The charts of ratios as an SVG file: the picture of the README."""

import re
from pathlib import Path

from bench.errors import CannotRunError
from bench.records.runs import Results
from bench.report.charts import drawing, pictures, ratio_charts
from bench.report.charts.painter import NoPictureError
from bench.report.charts.pictures import WIDE
from bench.report.charts.specs import Spec
from bench.report.page import files
from bench.report.page.contents import Page
from bench.report.words import units, workloads
from bench.report.words.text import short

STYLE = """<style>
:root { --paper: #fbfaf7; --ink: #1c1b19; --soft: #5c584f; --rule: #e2ddd2;
  --band: #ece7da; --asyncio: #1b5ba6; --threads: #a8430a; --either: #5c584f;
  --undecided: #7a7468 }
@media (prefers-color-scheme: dark) { :root { --paper: #16171a; --ink: #e8e5de;
  --soft: #aaa69c; --rule: #34363c; --band: #2b2d33; --asyncio: #7db2f2;
  --threads: #f0a065; --either: #b4b0a6; --undecided: #8d897f } }
</style>"""
SUBTITLE = "median ratio with its interval; in the shaded band it does not matter"
PROGRAMS, CROSSOVER = "Each program at its usual load", "More and more"
MARGIN = 16  # pixels of background around the chart


def write(results: Results, path: Path) -> None:
    """Write the ratios of a run as SVG, in the reader's colour scheme.

    Raises CannotRunError if the run has no ratios or if the file cannot be written.
    """
    page = Page(results)
    rows = pictures.rows(page.usual, page.panels)
    if not rows:
        raise CannotRunError("the run measured no ratios; a picture needs some")
    where = f"{results.run.machine.cpu or 'unnamed processor'}, {page.pythons}"
    where += f", {units.setting(rows[0])}" if page.several else ""
    charts = [
        _headed(PROGRAMS, ratio_charts.ratios(rows, [c.pair for c in rows], WIDE))
    ]
    if page.panels:
        panel = max(page.panels, key=lambda one: len(one.curves))
        load = f"{CROSSOVER} {workloads.AXES[panel.axis]}: {short(panel.pair)}"
        charts.append(_headed(load, ratio_charts.curves(panel, WIDE)))
    title = {
        "text": "Threads or asyncio? The same programs, written both ways",
        "subtitle": [SUBTITLE, short(where, 80)],
        "anchor": "start",
        "offset": 16,
    }
    spec = {"vconcat": charts, "spacing": 28, "title": title}
    try:
        drawn = drawing.svg(spec, pictures.alternative(rows))
    except NoPictureError as problem:
        raise CannotRunError(
            f"there is no picture: {problem}; give this program more memory"
        ) from None
    files.write(path, f"{_framed(str(drawn))}\n")


def _headed(text: str, chart: Spec) -> Spec:
    style = {
        "fontSize": 12.5,
        "fontWeight": "bold",
        "anchor": "start",
        "frame": "group",
    }
    return {**chart, "title": {"text": text, "offset": 10, **style}}


def _framed(drawn: str) -> str:
    """A drawing as a complete SVG file, with its colours and a background."""
    head, _, body = drawn.partition(">")
    box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', head)
    assert box
    width, height = float(box[1]) + 2 * MARGIN, float(box[2]) + 2 * MARGIN
    label = head[head.index("aria-label=") :]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}"'
        f' viewBox="-{MARGIN} -{MARGIN} {width:g} {height:g}" role="img" {label}>'
        f'{STYLE}<rect x="-{MARGIN}" y="-{MARGIN}" width="{width:g}"'
        f' height="{height:g}" fill="var(--paper)" rx="8"/>{body}'
    )
