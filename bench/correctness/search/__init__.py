"""The searches, which choose the schedules to run, in one process or in several."""
