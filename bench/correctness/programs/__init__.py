"""Find a program, load it, restore its start state, and run it once."""
