"""Python files as text, words, syntax tree and functions; nothing is imported."""
