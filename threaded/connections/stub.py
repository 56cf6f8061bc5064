"""A session without a network: it gives the chunks of bodies it was made with."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

Chunks = Callable[[], Iterator[bytes]]


class Response:
    """An answer whose body is what a generator yields."""

    def __init__(self, chunks: Iterator[bytes], length: int | None) -> None:
        self.chunks = chunks
        self.status = 200
        self.length = length
        self.location: str | None = None
        self.redirected = False

    def read(self) -> bytes:
        return next(self.chunks, b"")


class Session:
    """Answers each URL with a body; also what connects, taking no heed of how."""

    def __init__(
        self, bodies: Mapping[str, Chunks], lengths: Mapping[str, int] | None = None
    ) -> None:
        self.bodies = bodies
        self.lengths = lengths or {}

    def __call__(self, workers: int, timeout: float) -> Any:
        return self

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """There is nothing to end."""

    @contextmanager
    def get(self, url: str) -> Iterator[Response]:
        """The answer to a URL; raises what its generator raises."""
        yield Response(self.bodies[url](), self.lengths.get(url))
