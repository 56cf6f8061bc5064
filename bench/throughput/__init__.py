"""The throughput lens: ratios between the models, with intervals that hold.

`planning.plan` says what to measure, `session.run` measures it on this machine and
appends samples to the ledger, `inference.compare` turns samples into verdicts,
`probing.probe` takes the costs of a worker.  Nothing is imported here: the timed
worker loads this package too.
"""
