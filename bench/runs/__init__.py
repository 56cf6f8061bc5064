"""A run: made through the three lenses, shown while it runs, and read again."""
