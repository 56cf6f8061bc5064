"""The question as a person describes it: quantities with units, work and wishes."""
