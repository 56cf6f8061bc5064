"""async-lru: results that are dropped before they are complete."""

import asyncio

from async_lru import alru_cache


async def more_keys_than_places():
    """Ask for two keys at once, in a cache with a lifetime and a single place."""

    @alru_cache(maxsize=1, ttl=60)
    async def double(number):
        await asyncio.sleep(0)
        return 2 * number

    results = await asyncio.gather(double(1), double(2))
    assert results == [2, 4]
    await double.cache_close()
