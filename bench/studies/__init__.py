"""Long experiments on the method itself, run by hand; their results are reported."""
