"""Sessions and connections to await on asyncio: what fetches ask for URLs."""
