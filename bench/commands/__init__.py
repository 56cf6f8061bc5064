"""The commands: one in each file, exported as `command`."""
