"""Specifications drawn as SVG, with colours that are variables of the page.

The charts are drawn here and not in the browser.  So the page does not contain a script
of 0.9 MB, and its charts are visible without JavaScript and on paper.  Vega leaves a
colour such as `var(--ink)` unchanged, so one picture is right for both colour schemes.
"""

import re
from typing import Any

from markupsafe import Markup

from bench.report.charts.painter import NoPictureError, Painter

FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif"
CONFIG = {
    "background": None,
    "padding": 2,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": "var(--soft)",
        "labelFontSize": 11.5,
        "titleColor": "var(--soft)",
        "titleFontSize": 11.5,
        "titleFontWeight": "normal",
        "gridColor": "var(--rule)",
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
        "titlePadding": 8,
        "aria": False,
    },
    "text": {"fontSize": 11.5},
    "title": {
        "color": "var(--ink)",
        "fontSize": 15,
        "subtitleColor": "var(--soft)",
        "subtitleFontSize": 11.5,
        "subtitlePadding": 6,
    },
}


painter = Painter()  # one process draws all pictures of a run


def problem() -> str | None:
    """The reason why pictures are missing, if the process that draws them has ended."""
    return painter.problem


def svg_or_text(spec: dict[str, Any], label: str) -> Markup:
    """Draw a chart as an element of the page; without a picture, its text only."""
    try:
        return svg(spec, label)
    except NoPictureError:
        return Markup('<p class="absent">No picture: {}</p>').format(label)


def svg(spec: dict[str, Any], label: str) -> Markup:
    """Draw a chart as an element of the page; `label` is its text alternative.

    Raises NoPictureError when it cannot be drawn.
    """
    drawn = painter.svg({**spec, "config": CONFIG})
    head, _, body = drawn.partition(">")
    size = dict(re.findall(r'\b(width|height)="([\d.]+)"', head))
    opening = Markup('<svg viewBox="0 0 {} {}" width="{}" role="img" aria-label="{}">')
    width, height = size["width"], size["height"]
    return opening.format(width, height, width, label) + Markup(body)
