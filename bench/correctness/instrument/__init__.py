"""Rewriting of source: a hook before each access to an object that may be shared."""
