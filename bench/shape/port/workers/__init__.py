"""Tasks instead of threads, and the calls of threads, timers and pools."""
