"""The sessions and connections of the fetches, for anyio: their calls are awaited."""
