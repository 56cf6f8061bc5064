"""python -m bench merge: merges the shards of a run."""

import sys
import time
from pathlib import Path

import rich_click as click

from bench.commands.options import examples
from bench.ledger.merging import merge
from bench.ledger.sweeps import folder_of, run_of, side_by_side
from bench.report.words.units import many, shards


@click.command(
    no_args_is_help=True,
    epilog=examples(
        ("run --shard 1/2 -o first", "here, and --shard 2/2 -o second after it"),
        ("merge first second -o whole", "one run of both"),
        ("report whole --open", "its report"),
        ("merge --hosts a/* b/* -o both", "two machines side by side"),
    ),
)
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    "--into",
    "into",
    required=True,
    type=click.Path(path_type=Path),
    help="A new folder for the merged run.",
)
@click.option(
    "--hosts",
    "by_host",
    is_flag=True,
    help="Put runs of several hosts side by side; shards of one host are merged.",
)
def command(runs: tuple[Path, ...], into: Path, by_host: bool) -> None:
    """Put the shards of a run together.

    RUNS are folders made with `run --shard 1/2`, `run --shard 2/2` and so on.
    Runs of different machines, sources or interpreters are refused, because their
    figures are not comparable.  --hosts puts such runs side by side, host by host.

    Exit status: 0 all shards are there; 1 some are missing: the others were merged, and
    the report names the missing ones; 2 the runs cannot be merged.
    """
    if by_host:
        sweep = side_by_side(runs, into, time.time())
        click.echo(f"{many(len(runs), 'run')} of {', '.join(sweep.hosts)} in {into}")
        found = {f"{host}: ": run_of(folder_of(into, host)) for host in sweep.hosts}
    else:
        merged = merge(runs, into)
        pairs = ", ".join(merged.pairs)
        click.echo(f"{many(len(runs), 'run')} of {pairs} merged into {into}")
        found = {"": merged}
    lacking = {whose: shards(run.lacks) for whose, run in found.items() if run.lacks}
    for whose, missing in lacking.items():
        click.echo(
            f"warning: {whose}{missing} missing; measure what is missing, and merge all"
            " into a new folder",
            err=True,
        )
    sys.exit(int(bool(lacking)))
