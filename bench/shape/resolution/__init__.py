"""What names stand for: imports, scopes, bindings and the types of values."""
