"""Many machines: searches and sweeps on the hosts of a dask.distributed cluster."""
