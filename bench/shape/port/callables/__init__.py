"""Functions that are passed on, or that Python itself calls."""
