"""Attributes that several workers write, and the locks that are held at the writes."""
