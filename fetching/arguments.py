"""The options of a fetch on the command line, and what each may be."""

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
Fetch the URLs of a list into one file of whole bodies, one after the other, in the
order in which they were complete; a body above 256 KiB has its place from when it
began.  Beside it, OUT.index.jsonl has one JSON object a line, as soon as a URL is
done: number, url, offset, length, status, seconds, error.  A URL that fails has no
body: offset and length are null and error says why; any status but 200 to 299 is a
failure.
"""
EPILOG = """
Ctrl-C, SIGTERM and SIGHUP leave what was done, whole and indexed, and so does a crash
(of two lines of the same number the last counts); --resume goes on from there.  A
second Ctrl-C does not wait for a connection that is still being made.  Proxies are
taken from http_proxy, https_proxy and no_proxy.
Exit status: 0 all fetched, 1 some failed, 2 cannot run, 130 interrupted.
"""
UNITS = {"": 1, "K": 1024, "M": 1024**2, "G": GIB, "T": 1024 * GIB}
TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


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


def size(text: str) -> int:
    """Bytes, with K, M, G or T for 1024, its square, and so on."""
    found = re.fullmatch(r"(\d{1,15})([KMGT]?)(?:i?B)?", text.strip(), re.IGNORECASE)
    if not found or not int(found[1]):
        raise argparse.ArgumentTypeError(
            f"must be a number of bytes like 500M or 2G, got {text!r}"
        )
    return int(found[1]) * UNITS[found[2].upper()]


def header(text: str) -> tuple[str, str]:
    """A header field, `Name: value`."""
    name, colon, value = text.partition(":")
    value = value.strip()
    if not colon or not TOKEN.fullmatch(name) or not is_field_value(value):
        raise argparse.ArgumentTypeError(f"must be like 'Name: value', got {text!r}")
    if name.lower() in ("transfer-encoding", "content-length", "connection"):
        raise argparse.ArgumentTypeError(f"{name} is not for you to set")
    return name, value


def is_field_value(text: str) -> bool:
    """Whether it can stand in a header field: printable Latin-1, no line end."""
    return all(" " <= letter <= "~" or "\xa0" <= letter <= "\xff" for letter in text)


def parser(program: str, loops: Sequence[str] = ()) -> argparse.ArgumentParser:
    """The options and their help."""
    options = Parser(
        program, description=DESCRIPTION, epilog=EPILOG, allow_abbrev=False
    )
    add = options.add_argument
    add("urls", metavar="URLS", help="file with a URL a line, - for standard input; "
        "blank lines and lines that start with # are skipped")  # fmt: skip
    add("-o", "--output", metavar="OUT", required=True,
        help="file to write; what it held is replaced, unless --resume")  # fmt: skip
    add("--resume", action="store_true",
        help="keep what OUT has, and fetch the URLs that its index lacks or has as "
        "failed; URLS must be the same list, or longer at its end")  # fmt: skip
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
        help="say nothing but why it cannot run")  # fmt: skip
    return options


def how_much(options: argparse.ArgumentParser) -> None:
    add = options.add_argument_group("how much").add_argument
    add("--workers", "--connections", metavar="N", type=between(1, 10_000, int),
        default=8,
        help="URLs fetched at a time, a connection each (default 8)")  # fmt: skip
    add("--per-host", metavar="N", type=between(1, 10_000, int),
        help="of these, at most so many from one host")  # fmt: skip
    add("--rate", metavar="N", type=between(0.001, 1e6, float),
        help="requests a second, at most")  # fmt: skip
    add("--max-bytes", metavar="SIZE", type=size, default=DEFAULTS.max_bytes,
        help="a larger body is a failure, like 500M (default 16G)")  # fmt: skip
    add("--one-core", action="store_true",
        help="keep to one core of the machine (Linux): threads then hand the "
        "interpreter lock on faster, which makes many small bodies faster and large "
        "ones slower")  # fmt: skip


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
        help="times to ask again after a failure that may pass: a connection lost, "
        f"refused or silent, status {', '.join(map(str, sorted(PASSING_STATUSES)))} "
        "(default 1)")  # fmt: skip
    add("--backoff", metavar="SECONDS", type=between(0, 3600, float),
        default=DEFAULTS.backoff,
        help="wait before the first retry, doubled for each further one; a server's "
        "Retry-After counts if it is longer (default 0.5)")  # fmt: skip


def what_is_sent(options: argparse.ArgumentParser) -> None:
    add = options.add_argument_group("what is sent and taken").add_argument
    add("--header", metavar="'NAME: VALUE'", type=header, action="append", default=[],
        help="header field to send, as often as needed; Authorization and Cookie do "
        "not follow a redirect to another host")  # fmt: skip
    add("--compressed", action="store_true",
        help="ask for gzip or deflate, and store the decompressed body")  # fmt: skip
    add("--max-ratio", metavar="N", type=between(1, 1e6, float),
        default=DEFAULTS.max_ratio,
        help="a body that grows by more when decompressed is a failure "
        "(default 100)")  # fmt: skip
    add("--ca", metavar="FILE",
        help="certificates to trust in place of the system's")  # fmt: skip
    add("--insecure", action="store_true",
        help="do not verify certificates: anyone on the way can read and change "
        "what comes")  # fmt: skip


def options_of(given: argparse.Namespace) -> Options:
    """What the fetch is asked to do, with the proxies of the environment."""
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
    """The proxies of the environment, or of the system where it has a place for them.

    What reads them is only loaded where there may be some: it is a tenth of a start.
    """
    are_named = any(name.lower().endswith("_proxy") for name in os.environ)
    if are_named or sys.platform in ("darwin", "win32"):
        from urllib.request import getproxies

        return getproxies()
    return {}
