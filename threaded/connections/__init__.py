"""The sessions and connections of the fetches, for threads: their calls block."""
