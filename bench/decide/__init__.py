"""Threads, asyncio, either or neither, for work of the user's, on this machine.

`described` is what was asked; `cost_model` predicts from `costs`, which `calibrating`
takes from this machine; `verifying` runs the work in the candidates; `judging` and
`predicting` make the answer of both.  What computes (described, cost_model, judging,
predicting) reads no clock and no file.
"""
