"""The records everything else speaks: frozen, plain data, units in the names."""
