"""httpcore: a request that is cancelled must not keep its place in the pool."""

import asyncio

import httpcore

ANSWER = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"ok"]
URL = "http://server/"


async def cancelled_request():
    """One request is cancelled at any moment; the next request must still be served."""
    backend = httpcore.AsyncMockBackend(3 * ANSWER)
    async with httpcore.AsyncConnectionPool(
        max_connections=1, network_backend=backend
    ) as pool:
        first = asyncio.create_task(pool.request("GET", URL))
        second = asyncio.create_task(pool.request("GET", URL))
        await asyncio.sleep(0)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        assert (await second).content == b"ok"
        assert (await pool.request("GET", URL)).content == b"ok"
