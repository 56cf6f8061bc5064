"""The error for a request that cannot be carried out: one line, with the next step."""

import errno

LIMITS = {  # errors of the system: what is lacking, and how to get more
    errno.EMFILE: "too many open files; raise the limit with ulimit -n",
    errno.ENFILE: "the system has too many open files; end other programs",
    errno.EAGAIN: "no more processes; raise the limit with ulimit -u",
    errno.ENOMEM: "no more memory; end other programs, or raise ulimit -v",
}


class CannotRunError(Exception):
    """The request cannot be carried out as it is.

    Its text is one line: what is wrong, with the value, then the next step.  The
    command line prints it and exits with status 2.
    """


def lacking(problem: BaseException) -> str | None:
    """Say what the system lacks, and the next step; None for all other problems."""
    if isinstance(problem, MemoryError):
        return LIMITS[errno.ENOMEM]
    if isinstance(problem, RuntimeError) and "start new thread" in str(problem):
        return "no more threads; raise the limit with ulimit -u"
    if isinstance(problem, OSError) and problem.errno in LIMITS:
        return LIMITS[problem.errno]
    return None
