"""Facts that a port needs about a program's workers, locks and primitives."""
