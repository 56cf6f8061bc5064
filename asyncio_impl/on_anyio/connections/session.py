"""The session of a client library, where there is none for every loop.

aiohttp runs on asyncio alone, so that here the tool stands on the engine of its
control pair.
"""

from asyncio_impl.on_anyio.connections.lean_session import Response, Session

__all__ = ["Response", "Session"]
