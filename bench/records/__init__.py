"""The records that all rooms exchange: frozen plain data, with units in the names."""
