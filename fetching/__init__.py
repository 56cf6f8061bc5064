"""What every fetch is built on, whatever its model: the command line, bytes, files.

The list of URLs, the file of bodies, what llhttp makes of an answer, the words for
what failed.  Nothing here knows whether a worker is a thread or a task; what does, the
sessions and connections, is in each model's own `connections`.
"""
