"""The command line of a fetch: reads options, reports failures, sets the exit status.

0: every URL was fetched; 1: some URLs failed, and the index gives the reasons; 2: the
command could not start or not continue; 130: it was interrupted, and the index has all
URLs that were done.
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

from fetching import cores
from fetching.arguments import CannotRunError, options_of, parser
from fetching.report import Report, reporting, write_line
from fetching.trust import tls_context
from fetching.url_list import UrlList

Started = TypeVar("Started")
FAILED, CANNOT_RUN, INTERRUPTED = 1, 2, 130


class Line(msgspec.Struct, Generic[Started], frozen=True):
    """The fetch and the options that the command line gives."""

    fetch: Started
    options: dict[str, Any]  # the options of `run`
    loop: str | None


@contextlib.contextmanager
def line(
    module: str, fetch_class: Callable[..., Started], loops: Sequence[str] = ()
) -> Iterator[Line[Started]]:
    """Read the command line; give the fetch and the options of its run.

    When the `with` block ends, this function ends the process with the exit status.  An
    error that the user can correct is printed as one line, without a traceback.
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
            workers = max(1, min(given.workers, total))
            choose_cores(given, fetch, workers, has_loop=bool(loops))
            with reporting(total, fetch.file.resumed, given) as report:
                try:
                    arguments = {
                        "urls": urls,
                        "workers": workers,
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
    except Exception:  # A defect of this program.  Python's own status for it, 1, would
        # mean that some URLs failed.
        write_line(traceback.format_exc())
        status = CANNOT_RUN
    leave(status)


def end_on_signals() -> None:
    """Handle SIGTERM and SIGHUP like Ctrl-C, except if they are ignored (nohup)."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))


def check(given: Namespace, options: Any) -> None:
    """Check --ca, --cores and --loop; raises CannotRunError if one cannot be used.

    Prints a warning for --insecure.
    """
    if given.insecure:
        write_line("warning: certificates are NOT verified (--insecure)")
    try:
        # Only the file of --ca is checked here.  To read the system's many certificates
        # takes time, and plain HTTP does not need them.
        if options.ca:
            tls_context(options)
    except OSError as error:  # includes ssl.SSLError
        raise CannotRunError(
            f"cannot read certificates from {given.ca}: {error.strerror or error}; "
            "give a file in PEM with --ca"
        ) from error
    if given.cores == "one" and not cores.can_choose():
        raise CannotRunError(
            f"{sys.platform} cannot keep a process to one core; leave --cores out"
        )
    if getattr(given, "loop", None) in ("uvloop", "trio"):
        try:
            __import__(given.loop)
        except ImportError as error:
            raise CannotRunError(
                f"{given.loop} is not installed; install it, or leave --loop out"
            ) from error


def listed(given: Namespace) -> UrlList:
    """Open the list of URLs; raises CannotRunError if the output would overwrite it."""
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
            "give a file with one URL per line, or - for standard input"
        ) from error
    except ValueError as error:
        raise CannotRunError(f"cannot read the list {source}: {error}") from error
    if not any(True for _ in urls):
        urls.close()
        name = "standard input" if source == "-" else source
        raise CannotRunError(f"no URLs in {name}; put one on each line")
    return urls


def started(fetch_class: Callable[..., Started], given: Namespace) -> Started:
    """Start the fetch; raises CannotRunError if its file cannot be written."""
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
    """Count the URLs to fetch; raises CannotRunError if the list was changed.

    With --quiet, no total is shown, so the count stops at the number of workers.  But
    if a resumed fetch already has bodies, the whole list is read, to check that it is
    the same list.  Without --quiet, the whole list is always counted.
    """
    missing = fetch.file.missing(urls)
    if given.quiet and not fetch.file.resumed:
        missing = islice(missing, given.workers)
    try:
        return sum(1 for _ in missing)
    except ValueError as error:
        raise CannotRunError(f"cannot resume: {error}") from error


def allow_many_connections() -> None:
    """Raise the limit of open files as far as the system allows."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def collect_seldom() -> None:
    """Collect garbage less often, and never examine the objects that exist now.

    A thousand connections have many objects, which stay alive.  Each collection would
    examine all of these objects and free none of them.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def choose_cores(given: Namespace, fetch: Any, workers: int, *, has_loop: bool) -> None:
    """Keep to one core with --cores one; with auto, let threads use what is faster.

    An event loop runs in one thread.  So for a loop, auto changes nothing.
    """
    if given.cores == "one":
        cores.keep_to_one_core()
    elif given.cores == "auto" and not has_loop and workers > 1:
        usable = cores.allowed()
        if len(usable) > 1:
            fetch.file.count_body = cores.Chooser(workers, usable).count_body


def cannot_go_on(report: Report, errors: BaseExceptionGroup[OSError]) -> str:
    """The message that says why the output can no longer be written."""
    error: BaseException = errors
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    assert isinstance(error, OSError)
    return (
        f"cannot continue to write {report.output}: {error.strerror}; "
        f"{report.done} URLs are done and indexed: make room and continue with --resume"
    )


def leave(status: int) -> NoReturn:
    """End the process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C has nothing left to end
    with contextlib.suppress(OSError):
        sys.stderr.flush()
    if status == INTERRUPTED:
        # `sys.exit` would wait for threads that still look up a host or connect.
        os._exit(status)
    sys.exit(status)
