"""Figures that are not throughputs, each taken by one fresh process.

A probe is a module with a function for each model, or `machine`; it is given its
options and returns values with units in their names.  Standard library only: it runs
in the interpreter that is measured.
"""
