"""Reads what a URL requests of the origin; refuses errors with a reason.

    /bytes/SIZE          a body of SIZE bytes
    /redirect/TIMES      TIMES redirects, then the URL of `to`
    /headers             the request's own headers, one a line
    /                    this text

Parameters, all optional:

    seed=N               other bytes; equal seed and size, equal body
    status=N             200 to 599 (default 200)
    framing=KIND         length (default), chunked, or close: ends with the connection
    delay=SECONDS        wait before the first byte of the answer
    chunk=BYTES          write the body in chunks of this size
    pause=SECONDS        wait after each chunk
    interim=N            N interim answers (103) before the answer
    encoding=KIND        gzip or deflate; bomb: zeros in gzip, a thousandth of SIZE
    fail=KIND            silent: never answer        garbage: answer, but not in HTTP
                         drop: ends before the answer       head: ends within its head
                         busy: status 503, with Retry-After
                         reset: resets the connection   short: closes it
                         half: closes one direction     stall: sends no more
                         (these four in the middle of the body)
                         double: a second answer after the answer
                         unasked: the same, in a packet of its own
    after=BYTES          the part of the body that precedes a failure (default half)
    retry=SECONDS        in Retry-After, of a busy answer (default 0)
    times=N              only the first N requests for this very URL fail
    to=PATH              where the last redirect leads (default /bytes/0)
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NoReturn, get_args
from urllib.parse import parse_qsl, unquote

from bench.origin.content import CHUNK_BYTES

Framing = Literal["length", "chunked", "close"]
Encoding = Literal["gzip", "deflate", "bomb"]
Fail = Literal[
    "silent", "garbage", "drop", "head", "busy",
    "reset", "short", "half", "stall", "double", "unasked",
]  # fmt: skip
Kind = Literal["bytes", "redirect", "headers", "help"]
MOST_BYTES = 2**40
MOST_SECONDS = 3600.0


class BadRequestError(Exception):
    """The URL requests something that the origin does not have; the text says what."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class Request:
    """An answer to give, and the failure that it must have."""

    kind: Kind = "bytes"
    size: int = 0  # bytes of the body; for a redirect, how many redirects are left
    seed: int = 0
    status: int = 200
    framing: Framing = "length"
    delay: float = 0.0  # seconds
    chunk: int = CHUNK_BYTES
    pause: float = 0.0  # seconds
    fail: Fail | None = None
    interim: int = 0
    encoding: Encoding | None = None
    retry: int = 0  # seconds
    after: int = 0  # bytes of the body that precede the failure
    times: int | None = None  # how many requests fail; None: every request fails
    to: str = "/bytes/0"

    @property
    def one_packet(self) -> bool:
        """Whether head and body go out in one write, and the body is not encoded."""
        return (
            self.size <= self.chunk and self.framing != "chunked" and not self.encoding
        )

    @property
    def plain(self) -> bool:
        """Whether the whole answer is one write, without a wait."""
        return (
            self.one_packet
            and not (self.fail or self.delay or self.pause or self.interim)
            and not self.encoding
        )


def _refuse(name: str, value: str, wanted: str) -> NoReturn:
    raise BadRequestError(f"{name} must be {wanted}, got {value!r}")


def _integer(name: str, value: str, low: int, high: int) -> int:
    if not (value.isascii() and value.isdigit() and low <= int(value[:20]) <= high):
        _refuse(name, value, f"an integer from {low} to {high}")
    return int(value)


def _seconds(name: str, value: str) -> float:
    try:
        seconds = float(value)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= MOST_SECONDS:  # this comparison is also false for nan
        _refuse(name, value, f"seconds from 0 to {MOST_SECONDS:.0f}")
    return seconds


def _choice(name: str, value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
        _refuse(name, value, "one of " + ", ".join(choices))
    return value


def _path(name: str, value: str) -> str:
    if not (value.startswith("/") and value.isascii() and value.isprintable()):
        _refuse(name, value, "a path that starts with / in printable ASCII")
    return value


READERS: dict[str, Callable[[str], Any]] = {
    "seed": lambda value: _integer("seed", value, 0, 2**63),
    "status": lambda value: _integer("status", value, 200, 599),
    "framing": lambda value: _choice("framing", value, get_args(Framing)),
    "delay": lambda value: _seconds("delay", value),
    "chunk": lambda value: _integer("chunk", value, 1, CHUNK_BYTES),
    "pause": lambda value: _seconds("pause", value),
    "interim": lambda value: _integer("interim", value, 0, 1000),
    "encoding": lambda value: _choice("encoding", value, get_args(Encoding)),
    "retry": lambda value: _integer("retry", value, 0, 3600),
    "fail": lambda value: _choice("fail", value, get_args(Fail)),
    "after": lambda value: _integer("after", value, 0, MOST_BYTES),
    "times": lambda value: _integer("times", value, 1, 2**31),
    "to": lambda value: _path("to", value),
}


# cached, because benchmarks request the same URLs again and again
@lru_cache(maxsize=65536)
def parse(method: bytes, url: bytes) -> Request:
    """Read a request; raises BadRequestError that says what is wrong."""
    if method not in (b"GET", b"HEAD"):
        reason = f"{method.decode('latin-1')} is not served, only GET and HEAD"
        raise BadRequestError(reason, 405)
    place, _, query = url.decode("latin-1").partition("?")
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    except ValueError:
        if query:
            _refuse("query", query, "name=value joined by &")
        pairs = []
    values: dict[str, Any] = {}
    for name, value in pairs:
        if name not in READERS:
            _refuse("parameter", name, "one of " + ", ".join(READERS))
        if name in values:
            raise BadRequestError(f"{name} is given twice")
        values[name] = READERS[name](value)
    match unquote(place).split("/"):
        case ["", ""]:
            return Request(kind="help")
        case ["", "headers"]:
            return Request(kind="headers")
        case ["", "redirect", times]:
            left = _integer("redirect/TIMES", times, 1, 1000)
            return Request(kind="redirect", size=left, **values)
        case ["", "bytes", text]:
            size = _integer("bytes/SIZE", text, 0, MOST_BYTES)
            return Request(size=size, **{"after": size // 2, **values})
    raise BadRequestError(f"nothing at {place}; / says what there is", 404)
