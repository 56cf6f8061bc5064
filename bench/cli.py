"""The command line: reads options, makes one call, prints the result.

Each command is a file in `bench.commands` that is loaded only when the command runs, so
that `--help` answers at once.
"""

import contextlib
import difflib
import errno
import io
import os
import re
import sys
import time
from importlib import import_module

import rich_click as click

from bench.commands import terminating
from bench.commands.options import examples
from bench.errors import CannotRunError, lacking

COMMANDS = {
    "decide": "Threads, asyncio, either or neither, for work of yours.",
    "questions": "Answer what people ask, with figures of this machine.",
    "run": "Compare pairs on this machine and write a report.",
    "show": "Show a pair side by side, what differs marked by its kind.",
    "shape": "Say what porting changes: lines, colour, primitives, state.",
    "port": "Say what porting a threaded file to asyncio takes, line by line.",
    "list": "List the pairs, one a line.",
    "explore": "Run every schedule of a class, or show the one that breaks it.",
    "report": "Write a saved run as one page, or as one picture.",
    "compare": "Compare a run with an earlier one; the exit status is for CI.",
    "history": "Show the ratios of many runs, and where they changed.",
    "merge": "Put the shards of a run together.",
    "export": "Write a run's samples for pyperf or as CSV.",
    "origin": "Serve bodies of any size on 127.0.0.1, slow or broken on request.",
}
HELP = {  # the layout of rich-click
    "text_paragraph_linebreaks": "\n\n",
    "padding_helptext_first_line": (0, 0, 1, 0),
    # The type of an option is shown after its help text, because a separate column for
    # types would need more width.
    "options_table_column_types": ["required", "opt_short", "opt_long", "help"],
    "options_table_help_sections": ["help", "metavar", "required", "default"],
}
PLAIN = {  # words in the messages of click, and the simpler words that replace them
    "is not a valid float range": "is not a number",
    "is not a valid integer range": "is not a whole number",
    "is not a valid integer": "is not a whole number",
}
RANGES = (  # the ranges in the messages of click, and the words that replace them
    (re.compile(r"is not in the range (\S+)<=x<=(\S+)"), r"is not from \1 to \2"),
    (re.compile(r"is not in the range x>=(\S+)"), r"is less than \1"),
    (re.compile(r"is not in the range x>(\S+)"), r"is not more than \1"),
)
CANNOT_RUN, INTERRUPTED = 2, 130  # exit statuses; shells use 130 for Ctrl-C
# the exit status after the reader of a pipe has ended, as in `explore lock | head -1`
NO_READER = 141
# Commands whose result is a file or a server.  Without --json, their standard output is
# not the result, so the command has not failed if this output is lost.
WRITES_FILES = ("run", "report", "merge", "origin")
NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO}


class Discarded(io.TextIOBase):
    """A closed standard output: discards all text, and records whether any came."""

    was_written = False

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.was_written = self.was_written or bool(text)
        return len(text)


class Commands(click.RichGroup):
    """A group whose commands are imported only when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """Return a command that has only its summary, for the list of commands.

        `resolve_command` imports the command itself.
        """
        return click.Command(name, help=COMMANDS[name]) if name in COMMANDS else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name, *rest = args
        if name not in COMMANDS:
            near = difflib.get_close_matches(name, COMMANDS, n=1)
            hint = f"did you mean {near[0]}?" if near else "--help lists them"
            raise CannotRunError(f"there is no command {name!r}; {hint}")
        command: click.Command = import_module(f"bench.commands.{name}").command
        command.name = name
        refuse_empty(command, rest)
        if "--help" not in rest:
            refuse_lost_directory()
        terminating.handle(name)
        return name, command, rest


def refuse_lost_directory() -> None:
    """Raise CannotRunError if the working directory is deleted or not readable.

    Commands search it for pairs and modules, and read relative paths from it.
    """
    try:
        os.getcwd()
    except OSError as problem:
        what = (
            "has been deleted"
            if isinstance(problem, FileNotFoundError)
            else f"cannot be read: {problem.strerror}"
        )
        raise CannotRunError(
            f"the working directory {what}; change to another one with cd"
        ) from None


def refuse_empty(command: click.Command, words: list[str]) -> None:
    """Raise CannotRunError for an empty value, as of a shell variable without a value.

    Otherwise an option such as `--against ""` would count as not given.
    """
    takers = {
        name
        for param in command.params
        if isinstance(param, click.Option) and not param.is_flag
        for name in param.opts
    }
    for before, word in zip(["", *words], words, strict=False):
        option, has_value, value = word.partition("=")
        if word and not (option in takers and has_value and not value):
            continue
        taker = option or (before if before in takers else "an argument")
        raise CannotRunError(f"{taker} is empty; give a value, or leave it out")


@click.group(
    cls=Commands,
    invoke_without_command=True,
    epilog=examples(
        ("decide -n 300 -w 50ms -c 2ms", "the answer for your work"),
        ("run", "the answer for this machine, in under 90 s"),
        ("show condition", "one pair side by side"),
        ("explore FILE.py", "every interleaving of a class of yours"),
    ),
)
@click.rich_config(HELP)
@click.version_option(package_name="threads-vs-asyncio")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Threads or asyncio? Every classic example twice, and three lenses on each pair.

    Each command has its own help: `python -m bench run --help`.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(begun: float | None = None) -> None:
    """Run the command line; an impossible request prints one line, with status 2.

    `begun` is the time at which the command was started, in seconds since the epoch; by
    default it is now.  A budget counts from this time.
    """
    begun = begun or time.time()
    open_standard_streams()
    if sys.stdout is None:
        sys.stdout = Discarded()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a closed stream has another class
            stream.reconfigure(errors="replace")  # not every terminal has │ and ●
    try:
        status = exit_status(begun)
        sys.stdout.flush()  # inside the `try`: the handlers below handle a failure
    except BrokenPipeError:
        discard_output()
        status = NO_READER
    except SystemExit as ending:
        if isinstance(ending.__context__, BrokenPipeError):
            # if the pipe is closed, rich raises SystemExit with a status of its own
            discard_output()
            status = NO_READER
        elif ending.code or not is_result_lost(sys.argv[1:]):
            raise
        else:
            status = 0
    except (OSError, RuntimeError, MemoryError) as problem:
        if (message := lacking(problem) or unwritable(problem)) is None:
            raise
        discard_output()
        with contextlib.suppress(OSError):
            click.echo(f"error: {message}", err=True)
        status = CANNOT_RUN
    if not status and is_result_lost(sys.argv[1:]):
        click.echo(
            "error: cannot write the output: standard output is closed; name a file "
            "with >",
            err=True,
        )
        status = CANNOT_RUN
    elif is_summary_lost(sys.argv[1:]):
        click.echo(
            f"note: standard output is closed: the output of {sys.argv[1]} is lost, "
            "but its files are written",
            err=True,
        )
    sys.exit(status)


def is_result_lost(arguments: list[str]) -> bool:
    """Whether the result of a command was written to a closed standard output."""
    if not isinstance(sys.stdout, Discarded) or not sys.stdout.was_written:
        return False
    writes_files = bool(arguments) and arguments[0] in WRITES_FILES
    return "--json" in arguments or not writes_files


def is_summary_lost(arguments: list[str]) -> bool:
    """Whether the summary of `run` or `report` was lost; their files have it too."""
    is_lost = isinstance(sys.stdout, Discarded) and sys.stdout.was_written
    return is_lost and arguments[:1] in (["run"], ["report"])


def open_standard_streams() -> None:
    """Connect closed standard streams to the null device; cron may close them.

    If a standard stream stays closed, its number is free.  The next file or pipe that
    is opened gets this number, and is then used as the standard stream.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # this gets the lowest free number
            os.set_inheritable(number, True)


def unwritable(problem: BaseException) -> str | None:
    """Say why the output cannot be written; None if `problem` has another cause."""
    if not isinstance(problem, OSError) or problem.filename is not None:
        return None
    if problem.errno not in NO_ROOM:
        return None
    return f"cannot write the output: {problem.strerror}; make room for it"


def exit_status(begun: float) -> int:
    """Run the requested command; print one line on stderr if it cannot run."""
    try:
        with terminating.restored():
            status = cli(prog_name="python -m bench", standalone_mode=False, obj=begun)
    except CannotRunError as problem:
        click.echo(f"error: {problem}", err=True)
    except click.UsageError as problem:
        where = problem.ctx.command_path if problem.ctx else "python -m bench"
        message = problem.format_message().rstrip(".")
        for words, plain in PLAIN.items():
            message = message.replace(words, plain)
        for form, plain in RANGES:
            message = form.sub(plain, message)
        click.echo(f"error: {message}; try {where} --help", err=True)
    except click.Abort as problem:  # click raises this on Ctrl-C
        what = "ended by SIGTERM" if terminating.RECEIVED else "interrupted"
        click.echo("; ".join([what, *problem.args]), err=True)
        return terminating.STATUS if terminating.RECEIVED else INTERRUPTED
    else:
        return status if isinstance(status, int) else 0
    return CANNOT_RUN


def discard_output() -> None:
    """Drop the output that is still buffered, after a closed pipe or a full disk."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())
