"""python -m bench merge: the shards of a run as one."""

import time
from pathlib import Path

import rich_click as click

from bench.commands.options import examples
from bench.ledger.merging import merge
from bench.ledger.sweeps import side_by_side


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
    Runs of different machines, sources or interpreters are refused: their figures
    are not comparable.  With --hosts they are put side by side, each host by itself.
    """
    if by_host:
        sweep = side_by_side(runs, into, time.time())
        click.echo(f"{len(runs)} runs of {', '.join(sweep.hosts)} in {into}")
        return
    merged = merge(runs, into)
    click.echo(f"{len(runs)} runs of {', '.join(merged.pairs)} merged into {into}")
