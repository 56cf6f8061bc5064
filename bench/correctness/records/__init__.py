"""The options of an exploration, and its results: data only."""
