"""A run on disk: the ledger, merging, and its samples for other tools."""
