"""A program: found, loaded, put back to its start, and run once."""
