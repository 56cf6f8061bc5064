"""Threads, asyncio, either or neither, for the user's work on this machine.

`described` has the data of a question: the work, and the wishes (the limits that it
must meet).  `calibrating` measures the `costs` of this machine, and `cost_model`
predicts from these costs.  `verifying` runs the work in the candidates.  `judging` and
`predicting` derive the answer from the prediction and the measurement.  The modules
that only compute (described, cost_model, judging, predicting) read no clock and no
file.
"""
