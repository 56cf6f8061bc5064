"""Models of other standard modules that have state, read a clock or print."""
