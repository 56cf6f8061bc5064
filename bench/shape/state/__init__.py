"""What several workers write, and which locks are held when they do."""
