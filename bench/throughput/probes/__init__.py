"""Measurements other than throughput, each made in one fresh process.

A probe is a module with the functions `threads` and `asyncio_`, or `machine`.  They
take the options and return values with units in their names.  Standard library only,
because probes run in the interpreter that is measured.
"""
