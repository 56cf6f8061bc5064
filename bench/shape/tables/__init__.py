"""What is known beforehand: names of primitives, calls that block, rules of a port."""
