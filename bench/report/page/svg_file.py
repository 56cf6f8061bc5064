"""The charts of ratios as an SVG file: the picture of the README."""

import re
from collections.abc import Iterable
from pathlib import Path

from bench.errors import CannotRunError
from bench.records.runs import Results
from bench.records.samples import Comparison
from bench.report.charts import drawing, pictures, ratio_charts
from bench.report.charts.maps import ratio_map
from bench.report.charts.painter import NoPictureError
from bench.report.charts.pictures import WIDE
from bench.report.charts.specs import Spec
from bench.report.page import files
from bench.report.page.contents import Page
from bench.report.words import units, workloads
from bench.report.words.crossover import Panel
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
MAP = "{}: which model is faster, and how sure"
MARGIN = 16  # pixels of background around the chart


def write(results: Results, path: Path) -> None:
    """Write the ratios of a run as SVG, in the reader's colour scheme.

    Raises CannotRunError if the run has no ratios or if the file cannot be written.
    """
    page = Page(results)
    panel = max(page.panels, key=lambda one: len(one.curves), default=None)
    rows = pictures.rows(at_highest_load(page.usual), [panel] if panel else [])
    if not rows:
        raise CannotRunError("the run measured no ratios; a picture needs some")
    where = f"{results.run.machine.cpu or 'unnamed processor'}, {page.pythons}"
    where += f", {units.setting(rows[0])}" if page.several else ""
    charts = [
        _headed(PROGRAMS, ratio_charts.ratios(rows, [c.pair for c in rows], WIDE))
    ]
    said = pictures.alternative(rows)
    if panel is not None:
        charts.append(_crossover(panel))
        said += f"; {pictures.panel_alternative(panel)}"
    title = {
        "text": "Threads or asyncio? The same programs, written both ways",
        "subtitle": [SUBTITLE, short(where, 80)],
        "anchor": "start",
        "offset": 16,
    }
    spec = {"vconcat": charts, "spacing": 28, "title": title}
    try:
        drawn = drawing.svg(spec, said)
    except NoPictureError as problem:
        raise CannotRunError(
            f"there is no picture: {problem}; give this program more memory"
        ) from None
    files.write(path, f"{_framed(str(drawn))}\n")


def _crossover(panel: Panel) -> Spec:
    """The map of a program; without several shares of computing, its curves."""
    name = short(panel.pair)
    if pictures.has_map(panel):
        under = pictures.signs_of_map(panel)
        return _headed(MAP.format(name), ratio_map(pictures.points_of(panel)), under)
    load = f"{CROSSOVER} {workloads.AXES[panel.axis]}: {name}"
    return _headed(load, ratio_charts.curves(panel, WIDE))


def at_highest_load(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """One comparison for each program: the one with the most workers."""
    highest: dict[str, Comparison] = {}
    for one in comparisons:
        before = highest.get(one.pair)
        if before is None or one.workload.workers > before.workload.workers:
            highest[one.pair] = one
    return list(highest.values())


def _headed(text: str, chart: Spec, under: str = "") -> Spec:
    style = {
        "fontSize": 12.5,
        "fontWeight": "bold",
        "anchor": "start",
        "frame": "group",
    }
    subtitle = {"subtitle": under} if under else {}
    return {**chart, "title": {"text": text, "offset": 10, **subtitle, **style}}


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
