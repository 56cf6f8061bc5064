"""The command line of a fetch: options in, a word on what failed, an exit status out.

0: every URL was fetched; 1: some were not, the index says why; 2: nothing could be
done, or no more; 130: interrupted, and what was done is whole and indexed.
"""

import argparse
import contextlib
import math
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from fetching.report import Report, reporting
from fetching.url_list import listed, read_lines

Started = TypeVar("Started")
FAILED, CANNOT_RUN, INTERRUPTED = 1, 2, 130
DESCRIPTION = """
Fetch the URLs of a list into one file of whole bodies, one after the other, in the
order in which they were complete; a body above 256 KiB has its place from when it
began.  Beside it, OUT.index.jsonl has one JSON object a line, as soon as a URL is
done: url, offset, length, status, seconds, error.  A URL that fails has no body:
offset and length are null and error says why; any status but 200 to 299 is a failure.
"""
EPILOG = """
Ctrl-C leaves what was done, whole and indexed; a second one does not wait for a
connection that is still being made.
Exit status: 0 all fetched, 1 some failed, 2 cannot run, 130 interrupted.
"""


class CannotRunError(Exception):
    """What stops the command: one line, what is wrong and what to do."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CannotRunError(f"{message}; --help shows how to call this")


def between(low: float, high: float, kind: type[int] | type[float]) -> Any:
    """A reader of numbers from low to high for an option."""

    def read(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = math.nan
        if not low <= number <= high:  # false for nan too
            raise argparse.ArgumentTypeError(
                f"must be a number from {low:g} to {high:g}, got {text!r}"
            )
        return number

    return read


def parser(program: str) -> argparse.ArgumentParser:
    """The options and their help."""
    options = Parser(program, description=DESCRIPTION, epilog=EPILOG)
    add = options.add_argument
    add("urls", metavar="URLS", help="file with a URL a line, - for standard input; "
        "blank lines and lines that start with # are skipped")  # fmt: skip
    add(
        "-o",
        "--output",
        metavar="OUT",
        required=True,
        help="file to write; what it held is replaced",
    )
    add("--workers", metavar="N", type=between(1, 10_000, int), default=8,
        help="URLs fetched at a time (default 8)")  # fmt: skip
    add("--timeout", metavar="SECONDS", type=between(0.001, 86_400, float),
        default=30.0, help="longest wait for the next byte (default 30)")  # fmt: skip
    add("--retries", metavar="N", type=between(0, 100, int), default=1,
        help="times to ask again when a connection is lost (default 1)")  # fmt: skip
    loudness = options.add_mutually_exclusive_group()
    loudness.add_argument("-v", "--verbose", action="store_true",
        help="a line for each URL")  # fmt: skip
    loudness.add_argument("-q", "--quiet", action="store_true",
        help="say nothing but why it cannot run")  # fmt: skip
    return options


def urls_of(options: argparse.Namespace) -> list[str]:
    """The list of URLs, once it is sure that the output will not overwrite it."""
    source, output = options.urls, Path(options.output)
    if source != "-" and Path(source).exists():
        for each in (output, Path(f"{output}.index.jsonl")):
            if each.exists() and each.samefile(source):
                raise CannotRunError(
                    f"{each} is the list of URLs itself; choose another file with -o"
                )
    try:
        urls = listed(read_lines(source))
    except OSError as error:
        raise CannotRunError(
            f"cannot read the list {source}: {error.strerror}; "
            "give a file with a URL a line, or - for standard input"
        ) from error
    if not urls:
        name = "standard input" if source == "-" else source
        raise CannotRunError(f"no URLs in {name}; put one on each line")
    return urls


def allow_many_connections() -> None:
    """Raise the limit of open files as far as it goes."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


@contextlib.contextmanager
def line(
    module: str, start: Callable[[str], Started]
) -> Iterator[tuple[Started, dict[str, Any]]]:
    """A fetch and the options of its run, as the command line has them.

    Ends the process after the run: with its exit status, and without a traceback for
    what a person can mend.
    """
    if hasattr(signal, "SIGTERM"):
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    status = CANNOT_RUN
    try:
        options = parser(f"python -m {module}").parse_args()
        urls = urls_of(options)
        fetch = started(start, options.output)
        allow_many_connections()
        with reporting(len(urls), options.output, options) as report:
            try:
                yield (
                    fetch,
                    {
                        "urls": urls,
                        "workers": min(options.workers, len(urls)),
                        "timeout": options.timeout,
                        "retries": options.retries,
                        "log": report.record,
                    },
                )
                status = FAILED if report.failed else 0
            except* KeyboardInterrupt:
                status = INTERRUPTED
            except* OSError as errors:
                raise CannotRunError(cannot_go_on(report, errors)) from None
        report.end(interrupted=status == INTERRUPTED)
    except CannotRunError as problem:
        sys.stderr.write(f"error: {problem}\n")
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        status = INTERRUPTED
    leave(status)


def started(start: Callable[[str], Started], output: str) -> Started:
    """The fetch into a file; raises CannotRunError when that cannot be written."""
    try:
        return start(output)
    except OSError as error:
        raise CannotRunError(
            f"cannot write {error.filename or output}: {error.strerror}; "
            "choose another file with -o"
        ) from error


def cannot_go_on(report: Report, errors: BaseExceptionGroup[OSError]) -> str:
    """What a person reads when writing failed in the middle."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, OSError)
    return (
        f"cannot go on writing {report.output}: {error.strerror}; "
        f"{report.done} URLs are done and indexed: make room and fetch the others"
    )


def leave(status: int) -> NoReturn:
    """End the process."""
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    if status == INTERRUPTED:
        os._exit(status)  # without waiting for threads that resolve or connect
    sys.exit(status)
