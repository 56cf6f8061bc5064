"""What an operation reads and writes: the hooks that rewritten code calls."""
