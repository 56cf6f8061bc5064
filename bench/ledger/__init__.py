"""A run on disk: the file of its records, and the merge of several runs."""
