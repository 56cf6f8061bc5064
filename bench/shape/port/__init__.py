"""The porting assistant: a plan for a threaded file, and mistakes in a port."""
