"""Threads, asyncio, either or neither, for the user's work on this machine.

`described` holds the work and the wishes that were described.  `calibrating` measures
the `costs` of this machine, and `cost_model` predicts from them.  `verifying` runs the
work in the candidates.  `judging` and `predicting` derive the answer from the
prediction and the measurement.  The modules that only compute (described, cost_model,
judging, predicting) read no clock and no file.
"""
