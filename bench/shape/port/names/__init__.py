"""Classes, exceptions and modules by the names that a port has for them."""
