"""A run: made through the three lenses, shown as it goes, read again."""
