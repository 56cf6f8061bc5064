"""Sessions and connections to await on anyio: what fetches ask for URLs."""
