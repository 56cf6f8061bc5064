"""Tasks in the place of threads; what threads, timers and pools are asked."""
