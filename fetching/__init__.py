"""The parts that all fetches share, in any model: command line, bytes, files.

These parts include the list of URLs, the file of bodies, the parser of answers
(llhttp) and the messages of failures.  They are the same whether a worker is a thread
or a task.  Only sessions and connections differ: each model has a package `connections`
of its own.
"""
