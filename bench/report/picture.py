"""One chart of a run as a file of its own: the picture of the README."""

from pathlib import Path

from bench.errors import CannotRunError
from bench.model import Results
from bench.report import files
from bench.report.page import Page

STYLE = """<style>
:root { --paper: #fbfaf7; --ink: #1c1b19; --soft: #5c584f; --rule: #e2ddd2;
  --band: #ece7da; --asyncio: #1b5ba6; --threads: #a8430a; --either: #5c584f;
  --undecided: #7a7468 }
@media (prefers-color-scheme: dark) { :root { --paper: #16171a; --ink: #e8e5de;
  --soft: #aaa69c; --rule: #34363c; --band: #2b2d33; --asyncio: #7db2f2;
  --threads: #f0a065; --either: #b4b0a6; --undecided: #8d897f } }
</style>"""
MARGIN = 16  # pixels of paper around the chart, so that it reads on any page


def write(results: Results, path: Path) -> None:
    """Write the ratios of a run as SVG, in the reader's colours.

    Raises CannotRunError when the run has no ratios, or for a file that cannot
    be written.
    """
    chart = Page(results).headline_chart
    if chart is None:
        raise CannotRunError("the run measured no ratios; a picture needs some")
    head, _, body = str(chart.picture).partition(">")
    width, height = (float(part) for part in head.split('"')[1].split()[2:])
    box = f"-{MARGIN} -{MARGIN} {width + 2 * MARGIN:g} {height + 2 * MARGIN:g}"
    label = head[head.index("aria-label=") :]
    files.write(
        path,
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img" {label}>'
        f'{STYLE}<rect x="-{MARGIN}" y="-{MARGIN}" width="100%" height="100%"'
        f' fill="var(--paper)" rx="6"/>{body}\n',
    )
