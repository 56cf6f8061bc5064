"""Functions that are passed as values, or that Python itself calls."""
