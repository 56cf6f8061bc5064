"""Explain a run: labels, saved schedules, replay, trace and text for a terminal."""
