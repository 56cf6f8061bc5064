"""The plan of a port: what becomes of each function, primitive and attribute."""
