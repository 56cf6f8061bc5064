"""The records that all packages exchange: frozen plain data, units in the names."""
