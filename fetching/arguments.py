"""The options of a fetch on the command line, and their allowed values."""

import argparse
import math
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from fetching.failure import PASSING_STATUSES
from fetching.options import DEFAULTS, GIB, Options

DESCRIPTION = """
Fetch the URLs of a list into one file of whole bodies.  The bodies are in the order in
which they became complete; the place of a body above 256 KiB is reserved when the body
begins to arrive.
OUT.index.jsonl has a line for each URL that is done, a JSON object with number, url,
offset, length, status, seconds and error.  A URL that fails has no body: offset and
length are null, and error gives the reason.  Every status except 200 to 299 is an
error.
"""
EPILOG = """
After Ctrl-C, SIGTERM, SIGHUP or a crash, all bodies that were done are whole and in the
index, and --resume continues from there.  If two lines have the same number, the last
one counts.  A second Ctrl-C does not wait for a connection that is still being made.
The variables http_proxy, https_proxy and no_proxy set the proxies.
Exit status: 0 all fetched, 1 some failed, 2 cannot run, 130 interrupted.
"""
UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": GIB, "T": 1024 * GIB}
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class CannotRunError(Exception):
    """The command cannot run; the text says what is wrong and what to do."""


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CannotRunError(f"{message}; --help shows how to call this")


def between(low: float, high: float, kind: type[int] | type[float]) -> Any:
    """Make the function that reads an option whose value is from low to high."""

    def read(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = math.nan
        if not low <= number <= high:  # this comparison is also false for nan
            raise argparse.ArgumentTypeError(
                f"must be a number from {low:g} to {high:g}, got {text!r}"
            )
        return number

    return read


def size(text: str) -> int:
    """Read a number of bytes; K, M, G and T stand for powers of 1024."""
    found = re.fullmatch(r"(\d{1,15})([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if not found or not int(found[1]):
        raise argparse.ArgumentTypeError(
            f"must be a number of bytes like 500M or 2G, got {text!r}"
        )
    return int(found[1]) * UNITS[found[2].upper()]


def output(text: str) -> str:
    """Read the path of the output, which must not be empty."""
    if not text:
        raise argparse.ArgumentTypeError("the path is empty; name a file")
    return text


def header(text: str) -> tuple[str, str]:
    """Read a header field, `Name: value`."""
    name, colon, value = text.partition(":")
    value = value.strip()
    if not colon or not TOKEN.fullmatch(name) or not is_field_value(value):
        raise argparse.ArgumentTypeError(f"must be like 'Name: value', got {text!r}")
    if name.lower() in ("transfer-encoding", "content-length", "connection"):
        raise argparse.ArgumentTypeError(f"{name} is not for you to set")
    return name, value


def is_field_value(text: str) -> bool:
    """Whether a text may be in a header field: printable Latin-1 without line ends."""
    return all(" " <= letter <= "~" or "\xa0" <= letter <= "\xff" for letter in text)


def parser(program: str, loops: Sequence[str] = ()) -> argparse.ArgumentParser:
    """Make the parser of the options, with their help texts."""
    options = Parser(
        program, description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False
    )
    add = options.add_argument
    add("urls", metavar="URLS", help="file with one URL a line, - for standard input; "
        "blank lines and lines that start with # are skipped")  # fmt: skip
    add("-o", "--output", metavar="OUT", required=True, type=output,
        help="file to write; its old content is replaced without --resume")  # fmt: skip
    add("--resume", action="store_true",
        help="keep the bodies in OUT, and fetch the URLs that are not in its index or "
        "that failed; URLS must be the same list, or longer at its end")  # fmt: skip
    how_much(options)
    how_long(options)
    what_is_sent(options)
    if loops:
        add("--loop", choices=loops, default=loops[0],
            help=f"event loop to run on (default {loops[0]})")  # fmt: skip
    loudness = options.add_mutually_exclusive_group()
    loudness.add_argument("-v", "--verbose", action="store_true",
        help="a line for each URL")  # fmt: skip
    loudness.add_argument("-q", "--quiet", action="store_true",
        help="print only why the command cannot run")  # fmt: skip
    return options


def how_much(options: argparse.ArgumentParser) -> None:
    add = options.add_argument_group("how much").add_argument
    add("--workers", "--connections", metavar="N", type=between(1, 10_000, int),
        default=8,
        help="URLs to fetch at a time, each with a connection (default 8)")  # fmt: skip
    add("--per-host", metavar="N", type=between(1, 10_000, int),
        help="at most so many of them from one host")  # fmt: skip
    add("--rate", metavar="N", type=between(0.001, 1e6, float),
        help="at most so many requests per second")  # fmt: skip
    add("--max-bytes", metavar="SIZE", type=size, default=DEFAULTS.max_bytes,
        help="largest body, as in 500M; a larger one fails (default 16G)")  # fmt: skip
    add("--cores", choices=("auto", "one", "all"), default="auto",
        help="cores to run on: auto measures whether threads are faster on one core, "
        "as with many small bodies, or on all (Linux; default auto)")  # fmt: skip


def how_long(options: argparse.ArgumentParser) -> None:
    add = options.add_argument_group("how long, and how often").add_argument
    seconds = between(0.001, 86_400, float)
    add("--timeout", metavar="SECONDS", type=seconds, default=DEFAULTS.idle_timeout,
        help="longest wait for the next byte (default 30)")  # fmt: skip
    add("--connect-timeout", metavar="SECONDS", type=seconds,
        default=DEFAULTS.connect_timeout,
        help="longest wait for a connection (default 10)")  # fmt: skip
    add("--total-timeout", metavar="SECONDS", type=seconds,
        default=DEFAULTS.total_timeout,
        help="longest time for a URL, retries included (default 3600)")  # fmt: skip
    add("--retries", metavar="N", type=between(0, 100, int), default=DEFAULTS.retries,
        help="retries after a failure that may pass: a connection lost, refused or "
        f"silent, status {', '.join(map(str, sorted(PASSING_STATUSES)))} "
        "(default 1)")  # fmt: skip
    add("--backoff", metavar="SECONDS", type=between(0, 3600, float),
        default=DEFAULTS.backoff,
        help="wait before the first retry, doubled for each further retry; a longer "
        "Retry-After of the server replaces it (default 0.5)")  # fmt: skip


def what_is_sent(options: argparse.ArgumentParser) -> None:
    add = options.add_argument_group("what is sent and taken").add_argument
    add("--header", metavar="'NAME: VALUE'", type=header, action="append", default=[],
        help="header field to send, as often as needed; Authorization and Cookie do "
        "not follow a redirect to another host")  # fmt: skip
    add("--compressed", action="store_true",
        help="ask for gzip or deflate, and store the decompressed body")  # fmt: skip
    add("--max-ratio", metavar="N", type=between(1, 1e6, float),
        default=DEFAULTS.max_ratio,
        help="a body that decompresses to more than N times its size fails "
        "(default 100)")  # fmt: skip
    add("--ca", metavar="FILE",
        help="certificates to trust in place of the system's")  # fmt: skip
    add("--insecure", action="store_true",
        help="do not verify certificates: others in the network can then read and "
        "change the bodies")  # fmt: skip


def options_of(given: argparse.Namespace) -> Options:
    """The options of the fetch as given, with the proxies of the environment."""
    return Options(
        connect_timeout=given.connect_timeout,
        idle_timeout=given.timeout,
        total_timeout=given.total_timeout,
        retries=given.retries,
        backoff=given.backoff,
        max_bytes=given.max_bytes,
        per_host=given.per_host,
        rate=given.rate,
        headers=tuple(given.header),
        ca=given.ca,
        insecure=given.insecure,
        compressed=given.compressed,
        max_ratio=given.max_ratio,
        proxies=proxies(),
    )


def proxies() -> Mapping[str, str]:
    """The proxies of the environment, or of the system settings on macOS and Windows.

    urllib.request is imported only if there may be proxies, because the import takes a
    tenth of the time to start.
    """
    are_named = any(name.lower().endswith("_proxy") for name in os.environ)
    if are_named or sys.platform in ("darwin", "win32"):
        from urllib.request import getproxies

        return getproxies()
    return {}
