"""The charts of ratios as an SVG file: the picture of the README."""

import re
from collections.abc import Sequence
from pathlib import Path

from bench.errors import CannotRunError
from bench.records.runs import Results
from bench.report.charts import drawing, pictures, ratio_charts
from bench.report.charts.maps import ratio_map
from bench.report.charts.painter import NoPictureError
from bench.report.charts.pictures import WIDE
from bench.report.charts.specs import Spec
from bench.report.page import files
from bench.report.page.contents import Page
from bench.report.words import crossover, units, workloads
from bench.report.words.contests import Contest, contests
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
MOST_RUNTIMES = 4  # the most runtimes in one picture; the page shows all
MARGIN = 16  # pixels of background around the chart


def write(results: Results, path: Path) -> None:
    """Write the ratios of a run as SVG, in the reader's colour scheme.

    Raises CannotRunError if the run has no ratios or if the file cannot be written.
    """
    page = Page(results)
    found = contests(page.measured)
    charts, said = _programs(found[:MOST_RUNTIMES])
    if not charts:
        raise CannotRunError("the run measured no ratios; a picture needs some")
    panels = crossover.panels(page.usual)
    panel = max(panels, key=lambda one: len(pictures.points_of(one)), default=None)
    if panel is not None:
        charts.append(_crossover(panel, page.several))
        said += f"; {pictures.panel_alternative(panel)}"
    title = {
        "text": "Threads or asyncio? The same programs, written both ways",
        "subtitle": [SUBTITLE, short(_where(results, found), 100)],
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


def _where(results: Results, found: Sequence[Contest]) -> str:
    """The processor, and the runtime if it is the same in the whole picture."""
    processor = results.run.machine.cpu or "unnamed processor"
    if len(found) == 1:
        return f"{processor}, {found[0].setting}"
    shown = units.many(min(len(found), MOST_RUNTIMES), "runtime")
    more = f" of {len(found)}" if len(found) > MOST_RUNTIMES else ""
    return f"{processor}; {shown}{more}, each named above its chart"


def _programs(found: Sequence[Contest]) -> tuple[list[Spec], str]:
    """A chart of ratios for each runtime, all with one axis; and their text."""
    by_runtime = {
        one.setting: pictures.rows(one.comparisons, crossover.panels(one.comparisons))
        for one in found
    }
    every = [row for rows in by_runtime.values() for row in rows]
    charts, said = [], []
    for one in found:
        rows = by_runtime[one.setting]
        names = pictures.row_names(rows, one.comparisons)
        where = one.setting if len(found) > 1 else ""
        drawn = ratio_charts.ratios(rows, names, WIDE, every)
        charts.append(_headed(PROGRAMS, drawn, where))
        said.append(f"{where}{': ' * bool(where)}{pictures.alternative(rows)}")
    return charts, "; ".join(said)


def _crossover(panel: Panel, is_named: bool) -> Spec:
    """The map of a program; without several shares of computing, its curves.

    With `is_named`, its heading names the runtime.
    """
    name = short(panel.pair)
    runtime = units.setting(pictures.points_of(panel)[0]) if is_named else ""
    if pictures.has_map(panel):
        under = "; ".join(filter(None, [pictures.signs_of_map(panel), runtime]))
        return _headed(MAP.format(name), ratio_map(pictures.points_of(panel)), under)
    load = f"{CROSSOVER} {workloads.AXES[panel.axis]}: {name}"
    return _headed(load, ratio_charts.curves(panel, WIDE), runtime)


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
