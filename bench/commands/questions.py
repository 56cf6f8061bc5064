"""python -m bench questions: common questions, with answers for this machine."""

import textwrap
from pathlib import Path

import rich_click as click
from rich.console import Console
from rich.text import Text

from bench.commands.options import examples
from bench.decide import calibrating, questions
from bench.errors import CannotRunError
from bench.ledger.store import LEDGER
from bench.records.runs import Results
from bench.report.page import questions_file
from bench.runs import saved
from bench.throughput import runtimes

RESULTS = Path("results")
INDENT = "    "


@click.command(
    epilog=examples(
        ("questions", "all of them, with what is known on this machine"),
        ("questions 7 8", "how many threads, and the default pool"),
        ("questions --report page.html", "as a page"),
    )
)
@click.argument("numbers", nargs=-1, type=int, metavar="[N]...")
@click.option(
    "--run",
    "folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Answer from this run too.  [default: the newest in results]",
)
@click.option(
    "--calibrate",
    is_flag=True,
    help="Measure the costs of this machine first, about 20 s.",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the answers as one page that works offline.",
)
def command(
    numbers: tuple[int, ...], folder: Path | None, calibrate: bool, report: Path | None
) -> None:
    """Answer the questions that people ask about threads and asyncio.

    Each answer has a figure of this machine, from its calibration or a saved run, or
    the command that measures the figure.  N selects questions by number.
    """
    for number in numbers:
        if not 1 <= number <= len(questions.QUESTIONS):
            raise CannotRunError(
                f"there is no question {number}; there are 1 to "
                f"{len(questions.QUESTIONS)}"
            )
    found = questions.answers(known(folder, calibrate=calibrate), numbers)
    if report is not None:
        questions_file.write([row(one) for one in found], report)
        click.echo(f"report: {report}")
        return
    console = Console(highlight=False)
    for one in found:
        name, text, said, run = row(one)
        console.print(Text(f"{name:>2}  {text}", style="bold"))
        for line in textwrap.wrap(said, max(console.width - 4, 40)):
            console.print(Text(INDENT + line))
        console.print(Text(INDENT + run, style="dim"), soft_wrap=True)


def row(one: questions.Answer) -> tuple[str, str, str, str]:
    """Return a question as printed: number, text, answer, command."""
    said = one.said or "not measured yet"
    return (
        str(one.question.number),
        one.question.text,
        f"{said}.",
        f"python -m bench {one.question.command}",
    )


def known(folder: Path | None, *, calibrate: bool) -> questions.Known:
    """Return the sources of answers: the stored costs, and the newest run."""
    interpreter = runtimes.current()
    costs = calibrating.kept_costs(interpreter)
    if calibrate:
        costs, _ = calibrating.costs_of(
            interpreter, lambda text: click.echo(text, err=True), anew=True
        )
    found = saved.results(folder) if folder else newest()
    free = tuple(one.name for one in runtimes.discover() if not one.gil)
    return questions.Known(costs, found, free)


def newest() -> Results | None:
    """Return the newest run in the folder of runs that can be read; None without one.

    The user did not name this run.  So a run that cannot be read causes only a note.
    """
    found = RESULTS.glob(f"*/{LEDGER}")
    for file in sorted(found, key=lambda file: file.stat().st_mtime, reverse=True):
        try:
            return saved.results(file.parent)
        except CannotRunError as problem:
            click.echo(f"note: left out a run: {problem}", err=True)
    return None
