"""Explain a run: labels, saved schedules, replay, trace and terminal text."""
