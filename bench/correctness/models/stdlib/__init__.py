"""Models of other standard modules that keep state, read a clock or print."""
