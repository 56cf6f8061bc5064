"""Explorations in a process of their own, which is ended when its time is up."""
