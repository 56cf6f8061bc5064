"""Rewriting source: a hook before each access to something that may be shared."""
