"""Python files as text, words, syntax tree and functions, without importing them."""
