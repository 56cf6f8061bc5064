"""The samples and verdicts of a run for other tools, as text."""
