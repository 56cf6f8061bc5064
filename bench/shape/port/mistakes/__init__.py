"""The usual mistakes in a file that runs in a loop, one kind in a module."""
