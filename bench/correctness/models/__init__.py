"""The modules that a program gets in place of the standard library's."""
