"""The sessions and connections of the fetches, for asyncio: their calls are awaited."""
