"""How a call that waits is written: awaited, or in a thread."""
