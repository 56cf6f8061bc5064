"""The figures of one file."""
