"""The command line of a fetch: options in, a word on what failed, an exit status out.

0: every URL was fetched; 1: some were not, the index says why; 2: nothing could be
done, or no more; 130: interrupted, and what was done is whole and indexed.
"""

import contextlib
import gc
import os
import signal
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Generic, NoReturn, TypeVar

import msgspec

from fetching.arguments import CannotRunError, options_of, parser
from fetching.report import Report, reporting, write_line
from fetching.trust import tls_context
from fetching.url_list import UrlList

Started = TypeVar("Started")
FAILED, CANNOT_RUN, INTERRUPTED = 1, 2, 130


class Line(msgspec.Struct, Generic[Started], frozen=True):
    """What was asked for on the command line."""

    fetch: Started
    options: dict[str, Any]  # of `run`
    loop: str | None


@contextlib.contextmanager
def line(
    module: str, fetch_class: Callable[..., Started], loops: Sequence[str] = ()
) -> Iterator[Line[Started]]:
    """A fetch and the options of its run, as the command line has them.

    Ends the process after the run: with its exit status, and without a traceback for
    what a person can mend.
    """
    end_on_signals()
    status = CANNOT_RUN
    try:
        given = parser(f"python -m {module}", loops).parse_args()
        options = options_of(given)
        check(given, options)
        with contextlib.closing(listed(given)) as urls:
            fetch: Any = started(fetch_class, given)
            total = counted(urls, fetch, given)
            allow_many_connections()
            collect_seldom()
            if given.one_core:
                keep_to_one_core()
            with reporting(total, fetch.file.resumed, given) as report:
                try:
                    arguments = {
                        "urls": urls,
                        "workers": max(1, min(given.workers, total)),
                        "options": options,
                        "log": report.record,
                    }
                    yield Line(fetch, arguments, getattr(given, "loop", None))
                    status = FAILED if report.failed else 0
                except* KeyboardInterrupt:
                    status = INTERRUPTED
                except* OSError as errors:
                    raise CannotRunError(cannot_go_on(report, errors)) from None
            report.end(interrupted=status == INTERRUPTED)
    except CannotRunError as problem:
        write_line(f"error: {problem}")
    except KeyboardInterrupt:
        write_line("interrupted")
        status = INTERRUPTED
    except Exception:  # a defect of ours: 1 would say that some URLs failed
        write_line(traceback.format_exc())
        status = CANNOT_RUN
    leave(status)


def end_on_signals() -> None:
    """Take SIGTERM and SIGHUP for Ctrl-C, unless they are ignored (nohup)."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))


def check(given: Namespace, options: Any) -> None:
    """Raise CannotRunError for what only shows when it is tried; warn of the rest."""
    if given.insecure:
        write_line("warning: certificates are NOT verified (--insecure)")
    try:
        if options.ca:  # the system's are read when they are needed: they are many
            tls_context(options)
    except OSError as error:  # ssl.SSLError too
        raise CannotRunError(
            f"cannot read certificates from {given.ca}: {error.strerror or error}; "
            "give a file in PEM with --ca"
        ) from error
    if given.one_core and not hasattr(os, "sched_setaffinity"):
        raise CannotRunError(
            f"{sys.platform} cannot keep a process to one core; leave --one-core out"
        )
    if getattr(given, "loop", None) in ("uvloop", "trio"):
        try:
            __import__(given.loop)
        except ImportError as error:
            raise CannotRunError(
                f"{given.loop} is not installed; install it, or leave --loop out"
            ) from error


def listed(given: Namespace) -> UrlList:
    """The list of URLs, once it is sure that the output will not overwrite it."""
    source, output = given.urls, Path(given.output)
    if source != "-" and Path(source).exists():
        for each in (output, Path(f"{output}.index.jsonl")):
            if each.exists() and each.samefile(source):
                raise CannotRunError(
                    f"{each} is the list of URLs itself; choose another file with -o"
                )
    try:
        urls = UrlList(source)
    except OSError as error:
        raise CannotRunError(
            f"cannot read the list {source}: {error.strerror}; "
            "give a file with a URL a line, or - for standard input"
        ) from error
    except ValueError as error:
        raise CannotRunError(f"cannot read the list {source}: {error}") from error
    if not any(True for _ in urls):
        urls.close()
        name = "standard input" if source == "-" else source
        raise CannotRunError(f"no URLs in {name}; put one on each line")
    return urls


def started(fetch_class: Callable[..., Started], given: Namespace) -> Started:
    """The fetch into a file; raises CannotRunError when that cannot be written."""
    try:
        return fetch_class(given.output, resume=given.resume, outcomes=False)
    except BlockingIOError as error:
        raise CannotRunError(
            f"cannot write {error.filename}: {error.strerror}; "
            "wait for it to end, or choose another file with -o"
        ) from error
    except OSError as error:
        raise CannotRunError(
            f"cannot write {error.filename or given.output}: {error.strerror}; "
            "choose another file with -o"
        ) from error
    except ValueError as error:
        raise CannotRunError(f"cannot resume: {error}") from error


def counted(urls: UrlList, fetch: Any, given: Namespace) -> int:
    """How many URLs are to be fetched; raises CannotRunError for another list.

    Where nobody is told, it does not count more than there are workers for.
    """
    missing = fetch.file.missing(urls)
    if given.quiet and not fetch.file.resumed:
        missing = islice(missing, given.workers)
    try:
        return sum(1 for _ in missing)
    except ValueError as error:
        raise CannotRunError(f"cannot resume: {error}") from error


def allow_many_connections() -> None:
    """Raise the limit of open files as far as it goes."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def collect_seldom() -> None:
    """Leave what is loaded out of every collection, and collect less often.

    A thousand connections are many objects that stay: to look at them again and again
    is time lost.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def keep_to_one_core() -> None:
    """Let this thread, and those that it starts, run on one core only.

    A thread that lets go of the interpreter lock for a call of the system wakes one
    that waits for it.  On another core that one is too late most of the time: the
    lock is taken again, and both have paid for it.  The first core is left to the
    rest of the machine, which uses it most.
    """
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def cannot_go_on(report: Report, errors: BaseExceptionGroup[OSError]) -> str:
    """What a person reads when writing failed in the middle."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, OSError)
    return (
        f"cannot go on writing {report.output}: {error.strerror}; "
        f"{report.done} URLs are done and indexed: make room and go on with --resume"
    )


def leave(status: int) -> NoReturn:
    """End the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done: too late to interrupt
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    if status == INTERRUPTED:
        os._exit(status)  # without waiting for threads that resolve or connect
    sys.exit(status)
