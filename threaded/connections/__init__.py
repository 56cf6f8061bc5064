"""Sessions and connections that block a thread: what fetches ask for URLs."""
