"""What is asked of an exploration and what it answers: data only."""
