"""Models of `threading`, `queue`, `concurrent.futures` and `time`."""
