"""Scenarios of `bench.studies.packages`: one module for each package.

The explorer loads each module by its file, with the release of the package on the
path.  No other code imports these modules.
"""
