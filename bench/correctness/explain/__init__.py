"""A run in words: labels, saved schedules, replay, trace and text."""
