"""The throughput lens: ratios between the models, with intervals that hold.

`planning.plan` says what to measure, `measuring.measure` runs the workers and
appends samples to the ledger, `inference.compare` turns samples into verdicts.
Nothing is imported here: the timed worker loads this package too.
"""
