"""A run on disk: the file of its records, and several runs merged into one."""
