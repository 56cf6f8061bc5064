"""aiohttp: a connector that may open one connection, without a server."""

import asyncio

from aiohttp import BaseConnector, ClientRequest, ClientTimeout
from yarl import URL


class Protocol:
    """The attributes that the connector requires of a connection."""

    should_close = False
    transport = None
    closed = None

    def is_connected(self):
        return True

    def close(self):
        pass

    def abort(self):
        pass


class OneConnection(BaseConnector):
    """A connector whose connections lead to no server."""

    async def _create_connection(self, req, traces, timeout):
        await asyncio.sleep(0)
        return Protocol()


async def cancelled_waiter():
    """A task that waits for the connection is cancelled; the next task must get it."""
    loop = asyncio.get_running_loop()
    connector = OneConnection(limit=1)
    request = ClientRequest("GET", URL("http://server/"), loop=loop)

    async def use():
        connection = await connector.connect(request, [], ClientTimeout())
        await asyncio.sleep(0)
        connection.release()

    first, second, third = [asyncio.create_task(use()) for _ in range(3)]
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(first, third)
    await asyncio.gather(second, return_exceptions=True)
    await connector.close()
