"""The porting assistant: a plan for a threaded file, and common mistakes in a port."""
