"""Two files line by line: which lines face each other, and why they differ."""
