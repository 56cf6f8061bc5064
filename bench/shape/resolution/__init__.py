"""The meaning of names: imports, scopes, bindings and the types of values."""
