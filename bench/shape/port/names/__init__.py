"""Classes, exceptions and modules under the names that they have in a port."""
