"""The session for anyio: it runs on asyncio, uvloop and trio.

There is no client library for all of these loops: aiohttp runs only on asyncio.  So on
anyio, `url_fetch` and `lean_fetch` both use the engine of the control pair.
"""

from typing import Any

from asyncio_impl.connections import lean, session
from asyncio_impl.connections.session import Response
from asyncio_impl.on_anyio.connections.connection import Connection
from asyncio_impl.on_anyio.connections.throttle import Throttle
from fetching.options import Options

__all__ = ["LeanSession", "Response", "Session"]


class Client(lean.Client):
    """Connections to any number of hosts, on any loop."""

    connection_class: Any = Connection


class Session(session.Session):
    """The connections that the workers share, on any loop."""

    throttle_class: Any = Throttle

    def __init__(self, workers: int, options: Options) -> None:
        super().__init__(workers, options, Client)


LeanSession = Session
