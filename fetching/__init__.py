"""The parts that all fetches share, in any model: command line, bytes, files.

These parts include the list of URLs, the file of bodies, the parser of answers
(llhttp) and the messages of failures.  No code here depends on whether a worker is a
thread or a task.  Sessions and connections do: each model has its own `connections`.
"""
