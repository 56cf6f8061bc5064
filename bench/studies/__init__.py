"""Long experiments on the harness itself, run by hand."""
