"""The samples of a run for other tools: text computed from records."""
