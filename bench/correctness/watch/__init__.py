"""Explorations in a process of their own, which is ended when it does not come back."""
