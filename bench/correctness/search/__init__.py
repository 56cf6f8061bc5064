"""Which schedule to run next: one strategy a file, in one process or in many."""
