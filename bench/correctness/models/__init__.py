"""Model modules: what an explored program gets in place of standard modules."""
