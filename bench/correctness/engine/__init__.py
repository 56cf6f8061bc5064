"""One controlled execution: fibers, transitions, races, clocks, scheduling."""
