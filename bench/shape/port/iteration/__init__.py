"""Loops and iterators that a port awaits."""
