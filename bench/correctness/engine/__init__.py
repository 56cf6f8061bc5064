"""One controlled execution: fibers, transitions, races, clocks, who runs next."""
