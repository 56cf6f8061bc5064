"""Tables: the names of primitives, the calls that block, the rules of a port."""
