"""Many machines: a search and a sweep on the hosts of a dask.distributed cluster."""
