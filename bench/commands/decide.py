"""python -m bench decide: threads, asyncio, either or neither, for your work."""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click
from rich.console import Console

from bench.commands import decisions, user_pairs
from bench.commands.options import InUnits, examples, finite, given
from bench.commands.user_pairs import Failed
from bench.decide.described import asking, quantities
from bench.decide.described.work import Wishes, Work
from bench.errors import CannotRunError
from bench.records.decisions import Decision, Option
from bench.report.page import decision_file, files
from bench.report.terminal import decision as terminal
from bench.report.words import decision as words

DIFFERENT = 1  # the exit status if --assert fails
DESCRIBED = ("wait", "cpu", "without_gil", "payload", "blocking_library", "rate",
             "cancel")  # fmt: skip
PAIR = ("threads", "asyncio", "check", "name")
# Limits of a call of the user's functions.  They have default values, so a value does
# not show that the option was given.
LIMITS = ("limit", "memory_limit")


def read(parse: Callable[[str], Any]) -> Any:
    """Make the callback of an option that takes a quantity with its unit."""

    def check_text(
        ctx: click.Context, param: click.Parameter, text: str | None
    ) -> float | None:
        if text is None:
            return None
        try:
            found: float = parse(text)
        except quantities.QuantityError as problem:
            raise click.BadParameter(str(problem)) from None
        return found

    return check_text


QUANTITIES = (
    ("--concurrency", quantities.whole, "N", "Jobs at once."),
    ("--wait", quantities.seconds, "TIME", "How long a job waits, in total: 50ms."),
    ("--cpu", quantities.seconds, "TIME", "How long a job computes: 2ms."),
    (
        "--without-gil",
        quantities.share,
        "SHARE",
        "The share of the computing that releases the interpreter lock: 30%.",
    ),
    (
        "--payload",
        quantities.bytes_,
        "SIZE",
        "Memory that a job holds while it is in progress: 64KB.",
    ),
    (
        "--rate",
        quantities.rate,
        "RATE",
        "Jobs arrive at this rate, even if earlier jobs are not done: 2000/s.",
    ),
    (
        "--p99",
        quantities.seconds,
        "TIME",
        "99 of 100 jobs must be done in this time, if all start together and each"
        " worker goes on with its next job: 200ms.",
    ),
    (
        "--memory",
        quantities.bytes_,
        "SIZE",
        "The most memory that the process may hold: 512MB.",
    ),
)


SHORT = {"--concurrency": "-n", "--wait": "-w", "--cpu": "-c"}


def described(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that describe a workload and the wishes."""
    for name, parse, metavar, text in reversed(QUANTITIES):
        names = (SHORT[name], name) if name in SHORT else (name,)
        option = click.option(*names, callback=read(parse), metavar=metavar, help=text)
        command = option(command)
    return command


@click.command(
    epilog=examples(
        ("decide", "asks step by step"),
        ("decide -n 300 -w 50ms -c 2ms", "300 at once, wait 50 ms, compute 2 ms"),
        ("decide -n 300 -w 50ms -c 2ms --p99 200ms", "with a wish that must be met"),
        ("decide ... --blocking-library", "if there is no asynchronous client"),
        ("decide --function pkg.mod:f -n 100", "a function of yours, measured first"),
        ("decide --threads a.b:f --asyncio c.d:g", "a pair of yours"),
        ("decide --pair pages --assert asyncio", "one that your pyproject.toml names"),
        ("decide --pair url_fetch -n 64", "one of ours: the model, or the library?"),
    ),
    context_settings={"allow_extra_args": True},  # they are refused with a hint
)
@described
@click.option(
    "--blocking-library",
    is_flag=True,
    help="Jobs wait in a library without an asynchronous client: asyncio needs"
    " `to_thread`.",
)
@click.option(
    "--cancel",
    is_flag=True,
    help="When cancelled, jobs in progress must end within 100 ms.",
)
@click.option(
    "--function",
    metavar="MODULE:FUNCTION",
    help="First measure this function of yours, plain or a coroutine function.",
)
@click.option(
    "--pair",
    metavar="NAME",
    help="A pair that your pyproject.toml or a package names, or one of ours.",
)
@user_pairs.options
@click.option(
    "--budget",
    type=InUnits(5, quantities.seconds, 1.0),
    callback=finite,
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="The longest time for the runs; jobs are refused if one round of them takes "
    "longer.",
)
@click.option(
    "--calibrate", is_flag=True, help="Measure the costs of this machine again."
)
@click.option(
    "--python",
    metavar="PATH",
    help="Decide for this interpreter instead of the one that runs.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the answer as one page that works offline.",
)
@click.option(
    "--assert",
    "expected",
    type=click.Choice(["threads", "asyncio", "either", "neither"]),
    multiple=True,
    help="Exit with status 1 if the verdict is not one of these; can be repeated.",
)
@click.pass_context
def command(ctx: click.RichContext, /, **options: Any) -> int:
    """Decide: threads, asyncio, either or neither, for your work, on this machine.

    Describe a job (how long it waits, how long it computes, how many at once) and your
    wishes, or name a function or a pair of yours.  First, the answer is predicted from
    the costs of carrying jobs on this machine.  Then the work is run in both models,
    and on other candidates.  The answer is based on these runs.

    Exit status: 0 answered; 1 a verdict that --assert does not name, or a pair fails;
    2 cannot run; 130 interrupted; 143 ended by SIGTERM.
    """
    for word in ctx.args:
        raise CannotRunError(
            f"decide takes no argument {word!r}; name a pair as --pair {word}"
        )
    if options["report"]:
        files.check(options["report"])  # checked now, before the measurement
    wishes = wished(options)
    limits = tuple(sorted(given(ctx) & {*LIMITS}))
    if options["pair"] or any(options[name] for name in PAIR):
        refuse(options, (*DESCRIBED, "p99", "function"), "a pair")
        if options["pair"]:
            names = (*PAIR, "args", "small", *limits)
            refuse(options, names, f"the pair {options['pair']}")
        found = decisions.of_pair(options, wishes)
    elif options["function"]:
        names = ("wait", "cpu", "without_gil", "small")
        refuse(options, names, "a function, which is measured")
        found = decisions.of_function(options, wishes)
    else:
        # raises CannotRunError if --args or the like is given, but no pair
        user_pairs.named(options)
        refuse(options, limits, "described work, which calls no function of yours")
        found = decisions.of_description(*asked(options), options)
    if isinstance(found, Failed):
        return tell_failed(found, options)
    return show(found, options)


def refuse(options: dict[str, Any], names: tuple[str, ...], kind: str) -> None:
    """Raise CannotRunError for options that do not fit this kind of question."""
    for name in names:
        value = options[name]
        if value is not None and value is not False and value != ():
            option = name.replace("_", "-")
            raise CannotRunError(f"--{option} is not for {kind}; leave it out")


def wished(options: Mapping[str, Any]) -> Wishes:
    """Return the wishes, from options or from answers on a terminal."""
    return Wishes(
        p99_seconds=options["p99"],
        memory_bytes=options["memory"],
        rate_per_second=options["rate"],
        cancel=options["cancel"],
    )


def asked(options: dict[str, Any]) -> tuple[Work, Wishes]:
    """Return the work as described by options, or by answers on a terminal."""
    needed = {name: options[name] for name in ("concurrency", "wait", "cpu")}
    if all(value is None for value in needed.values()):
        if not sys.stdin or not sys.stdin.isatty() or options["as_json"]:
            raise CannotRunError(
                "nothing is described; give --concurrency, --wait and --cpu, or answer "
                "the questions on a terminal"
            )
        known = {name: options[name] for name in (*DESCRIBED, "p99", "memory")}
        options = {**options, **asking.ask(click.prompt, click.echo, known)}
    missing = [f"--{name}" for name in needed if options[name] is None]
    if missing:
        raise CannotRunError(
            f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing; "
            "a job is described by --concurrency 300 --wait 50ms --cpu 2ms"
        )
    work = Work(
        concurrency=options["concurrency"],
        wait_seconds=options["wait"],
        cpu_seconds=options["cpu"],
        without_gil=options["without_gil"] or 0.0,
        payload_bytes=options["payload"] or 0,
        blocking_library=options["blocking_library"],
    )
    return work, wished(options)


def whole(found: Any) -> Any:
    """Return an answer with all its keys, even those with default values."""
    if isinstance(found, Decision):
        told = {name: getattr(found, name) for name in found.__struct_fields__}
        ratio, verdict = found.predicted_ratio, found.predicted_verdict
        told["predicted"] = {"ratio": ratio, "verdict": verdict}
        told["headline"] = words.headline(found)
        told["paragraph"] = words.paragraph(found)
        return {name: whole(value) for name, value in told.items()}
    if isinstance(found, msgspec.Struct):
        told = {name: whole(getattr(found, name)) for name in found.__struct_fields__}
        if isinstance(found, Option):
            for bounds in filter(None, (told["p50_seconds"], told["p99_seconds"])):
                is_longer = bounds["value"] is None
                bounds["at_least"] = found.window_seconds if is_longer else None
        return told
    if isinstance(found, tuple | list):
        return [whole(one) for one in found]
    return found


def tell_failed(found: Failed, options: dict[str, Any]) -> int:
    """Print that a pair failed; return the exit status."""
    line = f"{found.pair}: {found.model} {found.reason}"
    if options["as_json"]:
        told = {"format": 1, "verdict": None, "failed": asdict(found)}
        click.echo(json.dumps(told, indent=2))
    else:
        click.echo(f"failed: {line}")
    if options["report"]:
        click.echo(
            f"no report: {found.pair} failed, so nothing was measured; "
            f"{options['report']} is not written",
            err=True,
        )
    return user_pairs.status_of([line])


def show(found: Decision, options: dict[str, Any]) -> int:
    """Print the answer; return the exit status."""
    if options["as_json"]:
        text = msgspec.json.encode(whole(found))
        click.echo(msgspec.json.format(text, indent=2).decode())
    else:
        terminal.show(found, Console())
    if options["report"]:
        decision_file.write(found, options["report"])
        blank = "" if options["as_json"] else "\n"
        click.echo(f"{blank}report: {options['report']}", err=options["as_json"])
    if options["expected"] and found.verdict not in options["expected"]:
        expected = " or ".join(options["expected"])
        click.echo(f"the verdict is {found.verdict}, not {expected}", err=True)
        return DIFFERENT
    return 0
