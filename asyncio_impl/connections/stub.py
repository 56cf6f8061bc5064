"""A session without a network: it gives the chunks of bodies it was made with."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Any, Self

Chunks = Callable[[], AsyncIterator[bytes]]


class Response:
    """An answer whose body is what a generator yields."""

    def __init__(self, chunks: AsyncIterator[bytes], length: int | None) -> None:
        self.chunks = chunks
        self.status = 200
        self.length = length
        self.location: str | None = None
        self.redirected = False

    async def read(self) -> bytes:
        return await anext(self.chunks, b"")


class Session:
    """Answers each URL with a body; also what connects, taking no heed of how."""

    def __init__(
        self, bodies: Mapping[str, Chunks], lengths: Mapping[str, int] | None = None
    ) -> None:
        self.bodies = bodies
        self.lengths = lengths or {}

    def __call__(self, workers: int, timeout: float) -> Any:
        return self

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """There is nothing to end."""

    @asynccontextmanager
    async def get(self, url: str) -> AsyncIterator[Response]:
        """The answer to a URL; raises what its generator raises."""
        yield Response(self.bodies[url](), self.lengths.get(url))
