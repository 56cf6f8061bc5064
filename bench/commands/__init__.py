"""The commands: one in each file, which exports `command`."""
