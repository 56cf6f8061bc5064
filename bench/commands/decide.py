"""python -m bench decide: threads, asyncio, either or neither, for work of yours."""

import shlex
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click
from rich.console import Console

from bench.commands.options import examples, finite
from bench.decide import calibrating
from bench.decide.deciding import Inquiry
from bench.decide.described import asking, quantities
from bench.decide.described.work import Wishes, Work, check
from bench.decide.findings import Question
from bench.decide.recording import record
from bench.errors import CannotRunError
from bench.records.decisions import Decision
from bench.report.page import decision_file
from bench.report.terminal import decision as terminal
from bench.runs.progress import remark
from bench.throughput import runtimes
from bench.throughput.launching import Launcher
from bench.throughput.machine import machine

DIFFERENT = 1  # exit status of --assert


def read(parse: Callable[[str], Any]) -> Any:
    """The callback of an option that takes a quantity with its unit."""

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


@click.command(
    epilog=examples(
        ("decide", "asks step by step"),
        ("decide --concurrency 300 --wait 50ms --cpu 2ms", "described work"),
        ("decide --concurrency 300 --wait 50ms --cpu 2ms --p99 200ms --memory 512MB",
         "and what must be met"),
        ("decide --concurrency 40 --wait 20ms --cpu 1ms --blocking-library",
         "there is no asynchronous client for it"),
        ("decide --concurrency 8 --wait 0 --cpu 20ms --without-gil 95%",
         "hashing, which lets the lock go"),
        ("decide ... --assert asyncio", "status 1 when it is something else"),
    )
)  # fmt: skip
@click.option(
    "--concurrency",
    callback=read(quantities.whole),
    metavar="N",
    help="Jobs at once.",
)
@click.option(
    "--wait",
    callback=read(quantities.seconds),
    metavar="TIME",
    help="A job waits so long, in all: 50ms.",
)
@click.option(
    "--cpu",
    callback=read(quantities.seconds),
    metavar="TIME",
    help="A job computes so long: 2ms.",
)
@click.option(
    "--without-gil",
    callback=read(quantities.share),
    metavar="SHARE",
    help="The share of the computing that releases the interpreter lock: 30%.",
)
@click.option(
    "--payload",
    callback=read(quantities.bytes_),
    metavar="SIZE",
    help="Memory that a job holds while it is in hand: 64KB.",
)
@click.option(
    "--blocking-library",
    is_flag=True,
    help="What is waited for has no asynchronous client; asyncio needs `to_thread`.",
)
@click.option(
    "--rate",
    callback=read(quantities.rate),
    metavar="RATE",
    help="Jobs arrive at this rate, whether or not others are done: 2000/s.",
)
@click.option(
    "--p99",
    callback=read(quantities.seconds),
    metavar="TIME",
    help="99 of 100 jobs must be done by then, all at once being due together: 200ms.",
)
@click.option(
    "--memory",
    callback=read(quantities.bytes_),
    metavar="SIZE",
    help="The process must not hold more: 512MB.",
)
@click.option(
    "--cancel",
    is_flag=True,
    help="Jobs in hand must end within 100 ms when they are told to.",
)
@click.option(
    "--budget",
    type=click.FloatRange(5),
    callback=finite,
    default=30.0,
    show_default=True,
    metavar="SECONDS",
    help="Spend at most this on running.",
)
@click.option(
    "--calibrate", is_flag=True, help="Measure the costs of this machine anew."
)
@click.option(
    "--python",
    metavar="PATH",
    help="Ask about this interpreter instead of the one that runs.",
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
    help="Exit with status 1 when the verdict is none of these; can be repeated.",
)
@click.pass_context
def command(ctx: click.RichContext, /, **options: Any) -> int:
    """Decide: threads, asyncio, either or neither, for work of yours, on this machine.

    Describe a job (what it waits, what it computes, how many at once) and what must be
    met.  The answer is predicted from what carrying jobs costs on this machine, then
    run in both models and in what else could carry it: it rests on what was run.

    Exit status: 0 answered, 1 not what --assert names, 2 cannot run, 130 interrupted.
    """
    question = asked(options)
    found = answer(question, options)
    return tell(found, options)


def asked(options: dict[str, Any]) -> Question:
    """The question on the command line, or as it is asked for on a terminal."""
    needed = {name: options[name] for name in ("concurrency", "wait", "cpu")}
    if all(value is None for value in needed.values()):
        if not sys.stdin.isatty() or options["as_json"]:
            raise CannotRunError(
                "nothing is described; give --concurrency, --wait and --cpu, or answer "
                "the questions on a terminal"
            )
        options = {**options, **asking.ask(click.prompt, click.echo)}
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
    wishes = Wishes(
        p99_seconds=options["p99"],
        memory_bytes=options["memory"],
        rate_per_second=options["rate"],
        cancel=options["cancel"],
    )
    check(work, wishes)
    return Question(work, wishes, options["budget"])


def answer(question: Question, options: dict[str, Any]) -> Decision:
    """Measure what the question needs."""
    started, begin = time.time(), time.monotonic()
    interpreter = (
        runtimes.named(options["python"]) if options["python"] else runtimes.current()
    )
    costs, age = calibrating.costs_of(interpreter, say, anew=options["calibrate"])
    free = [one for one in runtimes.discover() if not one.gil]
    question = replace(
        question,
        free_threaded=tuple(free),
        has_uvloop="uvloop" in interpreter.packages,
    )
    say(f"answering within {question.budget_seconds:g} s")
    with Launcher() as launcher:
        inquiry = Inquiry(question, costs, interpreter.executable, launcher, say)
        try:
            found = inquiry.find()
        except KeyboardInterrupt:
            raise click.Abort("nothing is left running") from None
    return record(
        found,
        question,
        costs,
        started=started,
        command=shlex.join(["python", "-m", "bench", *sys.argv[1:]]),
        version=version("threads-vs-asyncio"),
        machine=machine([interpreter]),
        elapsed_seconds=time.monotonic() - begin,
        calibration_age_seconds=age,
    )


def say(text: str) -> None:
    """Tell what is being done, on the side."""
    remark(text)


def tell(found: Decision, options: dict[str, Any]) -> int:
    """Print the answer; the exit status."""
    if options["as_json"]:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2).decode())
    else:
        terminal.show(found, Console())
    if options["report"]:
        decision_file.write(found, options["report"])
        if not options["as_json"]:
            click.echo(f"\nreport: {options['report']}")
    if options["expected"] and found.verdict not in options["expected"]:
        expected = " or ".join(options["expected"])
        click.echo(f"the verdict is {found.verdict}, not {expected}", err=True)
        return DIFFERENT
    return 0
