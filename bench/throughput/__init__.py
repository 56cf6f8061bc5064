"""The throughput lens: ratios between the models, with their intervals.

`planning.plan` lists what to measure.  `session.run` measures it on this machine and
appends samples to the ledger.  `inference.compare` computes verdicts from samples.
`probing.probe` measures the costs of a worker.  This module imports nothing, because
the timed worker loads this package too.
"""
