"""A run: makes it with the three lenses, shows its progress, and reads it again."""
