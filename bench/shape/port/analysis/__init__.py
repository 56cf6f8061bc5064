"""What a program does with workers, locks and primitives, as a port must know it."""
