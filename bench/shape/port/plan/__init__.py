"""The plan of a port: what each function, primitive and attribute becomes."""
