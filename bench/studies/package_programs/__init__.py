"""Scenarios of `bench.studies.packages`: one module for each package.

Each is explored by its file, with the release in question on the path; only the
explorer imports them.
"""
