"""Functions and classes that a draft brings along where asyncio has none."""
