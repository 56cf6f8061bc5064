"""The plan of a port: the future of each function, primitive and attribute."""
