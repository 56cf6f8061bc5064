"""Common mistakes in a file that runs in a loop, one kind in each module."""
