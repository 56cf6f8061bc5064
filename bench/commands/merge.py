"""python -m bench merge: the shards of a run as one."""

from pathlib import Path

import rich_click as click

from bench.commands.options import examples
from bench.ledger.merging import merge


@click.command(
    no_args_is_help=True,
    epilog=examples(
        ("run --shard 1/2 -o first", "here, and --shard 2/2 -o second after it"),
        ("merge first second -o whole", "one run of both"),
        ("report whole --open", "its report"),
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
def command(runs: tuple[Path, ...], into: Path) -> None:
    """Put the shards of a run together.

    RUNS are folders made with `run --shard 1/2`, `run --shard 2/2` and so on.
    Runs of different machines, sources or interpreters are refused: their figures
    are not comparable.
    """
    merged = merge(runs, into)
    click.echo(f"{len(runs)} runs of {', '.join(merged.pairs)} merged into {into}")
