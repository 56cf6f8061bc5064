"""A session without a network: it returns the bodies that it was made with."""

from collections.abc import AsyncIterator, Callable, Mapping
from types import TracebackType
from typing import Any, Self

from fetching.failure import FetchError
from fetching.options import Options
from fetching.target import Target

Chunks = Callable[[], AsyncIterator[bytes]]


class Response:
    """An answer whose body consists of the chunks of a generator."""

    def __init__(self, chunks: AsyncIterator[bytes], length: int | None) -> None:
        self.chunks = chunks
        self.status = 200
        self.length = length
        self.location: str | None = None
        self.redirected = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Do nothing: there is no connection to release."""

    async def read(self) -> bytes:
        return await anext(self.chunks, b"")


class Session:
    """Answers each URL with a body, and never retries."""

    options = Options()

    def __init__(
        self, bodies: Mapping[str, Chunks], lengths: Mapping[str, int] | None = None
    ) -> None:
        self.bodies = bodies
        self.lengths = lengths or {}

    async def get(self, target: Target, deadline: float) -> Any:
        """Return the answer to a URL; reading it raises what its generator raises."""
        return Response(self.bodies[target.url](), self.lengths.get(target.url))

    def retry_delay(
        self, error: FetchError, failures: int, left_seconds: float
    ) -> float | None:
        """Return None: no URL is requested again."""
        return None
