"""The edits of one file, event by event: a class of edits for each kind."""
