"""The described work as it runs in a worker process: standard library only."""
