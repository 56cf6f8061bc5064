"""python -m bench export: writes the samples of a run for other tools."""

from pathlib import Path
from typing import Literal

import rich_click as click

from bench.commands.options import examples
from bench.errors import CannotRunError
from bench.exports.pyperf_json import as_pyperf
from bench.exports.samples_csv import as_csv
from bench.report.page import files
from bench.runs import saved
from bench.throughput.measurable import CARRIERS


@click.command(
    no_args_is_help=True,
    epilog=examples(
        ("export RUN --model threads -o t.json", "one model's samples"),
        ("export RUN --model asyncio -o a.json", "and the other's"),
        ("export RUN --model asyncio --before", "the other version"),
        ("export RUN --format csv", "a row for each sample"),
    ),
)
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["pyperf", "csv"]),
    default="pyperf",
    show_default=True,
    help="JSON for pyperf (right samples), or a table (failed ones too).",
)
@click.option(
    "--model",
    type=click.Choice(["threads", "asyncio", "anyio", *CARRIERS]),
    help="Only this model or carrier, so that `pyperf compare_to` compares two.",
)
@click.option(
    "--before",
    is_flag=True,
    help="With --model, of a run with --against: the samples of the other version.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file; without it, standard output.",
)
def command(
    run: Path,
    form: Literal["pyperf", "csv"],
    model: str | None,
    before: bool,
    output: Path | None,
) -> None:
    """Write the samples of RUN for other tools.

    RUN is the folder of a run, or its ledger.  With the files of two models, `python -m
    pyperf compare_to t.json a.json` compares them.  Each loop and each interpreter is
    a benchmark of its own, with the runtime in its name.  With --model, the name has
    both sides of the comparison, so it is the same in both files.  pyperf compares
    means; the tables here compare medians, which single slow processes change less.
    """
    results = saved.results(run, lambda text: click.echo(f"warning: {text}", err=True))
    if before:
        asked = results.run.settings and results.run.settings.against
        if not asked or model is None:
            raise CannotRunError(
                "--before needs --model, and a run that was made with --against"
            )
        model = f"{model} at {asked}"
    known = dict.fromkeys(sample.subject.column for sample in results.samples)
    if model is not None and model not in known:
        raise CannotRunError(
            f"{run} has no sample of {model}; it has {', '.join(known) or 'none'}"
        )
    if form == "pyperf":
        text = as_pyperf(results, model) + "\n"
    else:
        wanted = [s for s in results.samples if model in (None, s.subject.column)]
        text = as_csv(wanted)
    if output is None:
        click.echo(text, nl=False)
        return
    files.refuse_ledger(output)
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotRunError(
            f"cannot write {output}: {error.strerror}; name another file"
        ) from None
