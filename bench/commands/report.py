"""python -m bench report: writes a saved run as one page, or as one picture."""

import webbrowser
from pathlib import Path

import rich_click as click

from bench.commands import sweeping
from bench.commands.options import examples, refuse_same_file
from bench.exports.verdicts_json import verdicts
from bench.ledger.sweeps import is_sweep
from bench.report.page import html_file, svg_file
from bench.report.words.answer import answer
from bench.runs import hosts, saved
from bench.throughput.doubts import doubts


@click.command(
    no_args_is_help=True,
    epilog=examples(
        ("report results/TIME --open", "write the page again, and show it"),
        ("report results/TIME -o page.html", "write it elsewhere"),
        ("report results/TIME --json", "its verdicts for another program"),
        ("report results/TIME/hosts/NAME --json", "of one host of a sweep"),
        ("report results/TIME --picture all.svg", "the charts, for a README"),
    ),
)
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The page to write.  [default: report.html in the run's folder]",
)
@click.option("--open", "open_", is_flag=True, help="Show the page in a browser.")
@click.option(
    "--picture",
    "picture_file",
    type=click.Path(path_type=Path),
    metavar="FILE.svg",
    help="Write the charts of ratios for a README; the page only with -o or --open.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print the answer and all verdicts as JSON; the page only with -o or --open.",
)
def command(
    run: Path,
    output: Path | None,
    open_: bool,
    picture_file: Path | None,
    as_json: bool,
) -> None:
    """Write the report of RUN: the folder of a run, or its ledger.

    Nothing is measured again: the same run gives the same page.  The page is one
    file, works offline, and contains its data.  --json, --picture and -o can be
    combined; standard output then has only the JSON.

    For a sweep over several hosts, the page has the ratio of each host and the spread
    over hosts.  --json and --picture need one run: name the folder of a host below
    RUN/hosts.
    """
    if is_sweep(run) and not as_json and picture_file is None:
        made, found = hosts.read(run)
        sweeping.write(made, found, run, output or run / "report.html", opened=open_)
        return
    results = saved.results(
        run, warn=lambda text: click.echo(f"warning: {text}", err=True)
    )
    page = output or (run if run.is_dir() else run.parent) / "report.html"
    is_page_asked = open_ or output is not None
    if is_page_asked:
        refuse_same_file({"--picture": picture_file, "the page": page})
    if picture_file is not None:
        svg_file.write(results, picture_file)
        click.echo(f"picture: {picture_file}", err=as_json)
    if is_page_asked or not (as_json or picture_file):
        if lacking := html_file.write(results, page, doubts(results)):
            click.echo(f"note: the report has no pictures: {lacking}", err=True)
        click.echo(f"report: {page}", err=as_json)
    if as_json:
        said = answer(results)
        click.echo(verdicts(results, doubts(results), said.headline, said.sentences))
    if open_ and not webbrowser.open(page.resolve().as_uri()):
        click.echo("no browser was found; open that file in one", err=True)
