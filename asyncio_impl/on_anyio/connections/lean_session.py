"""The engine of the control pair on anyio's streams: asyncio's own, but for those."""

from typing import Any

from asyncio_impl.connections import lean_session
from asyncio_impl.connections.lean_session import Response
from asyncio_impl.on_anyio.connections.connection import Connection

__all__ = ["Response", "Session"]


class Session(lean_session.Session):
    """Connections shared by the workers, whatever the loop."""

    connection_class: Any = Connection
