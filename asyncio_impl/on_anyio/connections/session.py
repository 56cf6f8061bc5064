"""What workers ask for URLs on any loop: asyncio's session, on anyio's streams.

aiohttp runs on asyncio alone, so that here both tools are built on one engine.
"""

from typing import Any

from asyncio_impl.connections import lean, session
from asyncio_impl.connections.session import Response
from asyncio_impl.on_anyio.connections.connection import Connection
from asyncio_impl.on_anyio.connections.throttle import Throttle
from fetching.options import Options

__all__ = ["LeanSession", "Response", "Session"]


class Client(lean.Client):
    """Connections to any number of hosts, whatever the loop."""

    connection_class: Any = Connection


class Session(session.Session):
    """Connections shared by the workers, whatever the loop."""

    throttle_class: Any = Throttle

    def __init__(self, workers: int, options: Options) -> None:
        super().__init__(workers, options, Client)


LeanSession = Session
