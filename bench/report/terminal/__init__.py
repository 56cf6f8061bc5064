"""The report on a terminal: the summary of a run, and pairs side by side."""
