"""Tasks in the place of threads, timers and pools."""
