"""A function of the user's, called alone in a worker process, and watched.

Standard library only, for it runs beside what is measured.
"""
