"""A user's function, called alone in a worker process, and watched.

Standard library only, because it runs beside the measured function.
"""
