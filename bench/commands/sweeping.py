"""`run --on`: makes the same run on every host of a cluster."""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console

from bench.commands import user_pairs
from bench.commands.beginning import chosen_pairs
from bench.commands.effects import check_effects
from bench.errors import CannotRunError
from bench.hosts.connecting import check_address
from bench.hosts.dask_cluster import Engine, Worker
from bench.hosts.facts import Asked
from bench.hosts.sweeping import Told, hosts_of, sweep
from bench.ledger import sweeps
from bench.pairs import function_pairs
from bench.records.sweeps import HostResults, Sweep
from bench.report.page import hosts_file, html_file
from bench.report.terminal import hosts as terminal
from bench.runs import hosts
from bench.runs.progress import remark
from bench.throughput.sources import of_run

LOST = 2  # the exit status if a host did not finish
# options of the sweep, which its hosts do not get -> how many values the option takes
OURS = {"--on": 1, "-o": 1, "--output": 1, "--open": 0}
REPORT = "report.html"


def options(command: Any) -> Any:
    """The options of `run` for hosts."""
    for option in reversed(
        (
            click.option(
                "--on",
                metavar="local|ADDRESS",
                help="Run on each host of a dask cluster: `local` starts one on this"
                " machine; tcp://HOST:PORT or tls://HOST:PORT is the address of a"
                " scheduler.",
            ),
            click.option(
                "--host",
                metavar="NAME",
                help="The name of this host, in a report over several.",
            ),
            click.option(
                "--ledger-only",
                is_flag=True,
                help="Write the ledger, and neither the summary nor the report.",
            ),
            click.option(
                "--recorded-as",
                metavar="COMMAND",
                hidden=True,
                help="The command to record instead of this one; a sweep gives it.",
            ),
        )
    ):
        command = option(command)
    return command


def run_on_hosts(
    pairs: tuple[str, ...],
    asked: dict[str, Any],
    out: Path | None,
    resume: Path | None,
    given: set[str],
) -> int:
    """Run on all hosts, or on those that have not finished; return the exit status."""
    if resume is not None:
        return go_on(resume, asked, given)
    check_address(asked["on"])
    if given & {"against", "fail_over", "self_test", "host", "ledger_only"}:
        raise CannotRunError(
            "--on takes none of --against, --fail-over, --self-test, --host and"
            " --ledger-only; leave them out"
        )
    user_pairs.register_found()
    if (mine := user_pairs.named(asked)) is not None:
        function_pairs.register((mine,))
        pairs = (*pairs, mine.name)
    check_effects(pairs, given, asked)
    chosen = tuple(chosen_pairs(pairs, asked))
    arguments = without_ours(sys.argv[sys.argv.index("run") + 1 :])
    if "lenses" not in given:
        # By default a sweep measures only speeds.  The hosts get all other arguments
        # as they were typed.
        arguments += ("--lens", "throughput")
    folder = out or Path("results") / time.strftime("%Y-%m-%dT%H-%M-%S")
    with closing(Engine(asked["on"])) as engine:
        found = hosts_of(engine, asked_of(chosen), of_run(chosen))
        made = Sweep(
            started=time.time(),
            on=asked["on"],
            arguments=arguments,
            folder=os.getcwd(),
            hosts=tuple(found),
        )
        sweeps.create(folder, made)
        return measured(engine, found, folder, made, opened=asked["opened"])


def asked_of(pairs: tuple[str, ...]) -> Asked:
    return Asked(os.getcwd(), pairs, function_pairs.registered(list(pairs)))


def go_on(folder: Path, asked: dict[str, Any], given: set[str]) -> int:
    """Measure on the hosts of a sweep that have not finished."""
    if given - {"resume", "opened", "on"}:
        raise CannotRunError(
            f"--resume {folder} has the options of its sweep; leave out all but --on"
        )
    made, before = hosts.read(folder)
    left = [one.host for one in before if not one.is_finished]
    if not left:
        remark("note: all hosts of this sweep have finished")
        return finish(folder, opened=asked["opened"], lost={})
    on = asked["on"] or made.on
    if not on:
        raise CannotRunError(
            f"{folder} was merged from runs; continue each of them with run --resume"
        )
    user_pairs.register_found()
    pairs: tuple[str, ...] = ()
    for one in before:
        if one.results is not None:
            function_pairs.register(one.results.run.own)
            pairs = one.results.run.pairs
    with closing(Engine(on)) as engine:
        found = hosts_of(engine, asked_of(pairs), of_run(pairs))
        for host in left:
            if host not in found:
                raise CannotRunError(
                    f"there is no worker {host} at {on}; start it with --name {host}"
                )
        ours = {host: found[host] for host in left}
        return measured(engine, ours, folder, made, opened=asked["opened"])


def measured(
    engine: Engine,
    found: dict[str, Worker],
    folder: Path,
    made: Sweep,
    *,
    opened: bool,
) -> int:
    """Measure on these hosts, then print and write the report."""
    remark(f"hosts: {', '.join(found)}")
    lost: dict[str, str] = {}
    try:
        with closing(
            sweep(engine, found, folder, made.arguments, made.folder)
        ) as events:
            for told in shown(events):
                if told.ended:
                    lost[told.host] = told.ended
                    remark(f"error: host {told.host}: {told.ended}")
    except KeyboardInterrupt:
        raise click.Abort(f"continue with --resume {folder}") from None
    return finish(folder, opened=opened, lost=lost)


def shown(events: Iterable[Told]) -> Iterator[Told]:
    """Pass on the events; shows the number of samples on a terminal."""
    samples: dict[str, int] = {}
    for told in events:
        samples[told.host] = told.samples
        if sys.stderr.isatty():
            line = ", ".join(f"{host} {count:,}" for host, count in samples.items())
            click.echo(f"\rsamples: {line} ", nl=False, err=True)
        yield told
    if sys.stderr.isatty() and samples:
        click.echo(err=True)


def finish(folder: Path, *, opened: bool, lost: dict[str, str]) -> int:
    """Print and write the report of a sweep; return the exit status."""
    made, found = hosts.read(folder)
    write(made, found, folder, folder / REPORT, opened=opened)
    failed = [
        (one.host, line)
        for one in found
        if one.results is not None
        for line in user_pairs.failures(one.results.run.pairs, one.results.samples)
    ]
    for host, line in failed:
        click.echo(f"failed: {host}: {line}")
    left = [one.host for one in found if not one.is_finished]
    if left:
        click.echo(
            f"error: {', '.join(left)} did not finish; measure what is left with"
            f" --resume {folder}",
            err=True,
        )
        return LOST
    return user_pairs.status_of(line for _, line in failed)


def write(
    made: Sweep,
    found: Sequence[HostResults],
    folder: Path,
    page: Path,
    *,
    opened: bool = False,
    open_page: Callable[[str], object] = click.launch,
) -> None:
    """Print the summary over all hosts, and write its page and that of each host."""
    terminal.show(found, Console())
    for one in found:
        if one.results is not None:
            path = sweeps.folder_of(folder, one.host) / REPORT
            html_file.write(one.results, path, one.doubts)
    hosts_file.write(made, found, page)
    click.echo(f"\nreport: {page}")
    if opened:
        open_page(page.resolve().as_uri())


def without_ours(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the arguments of `run` for each host, without those of the sweep."""
    kept = []
    skipped = 0
    for argument in arguments:
        name, is_joined, _ = argument.partition("=")
        if skipped:
            skipped -= 1
        elif name in OURS:
            skipped = 0 if is_joined else OURS[name]
        elif not (argument.startswith("-o") and len(argument) > 2):
            kept.append(argument)
    return tuple(kept)
