"""The error of a request that cannot be met: one line, with the next step."""


class CannotRunError(Exception):
    """The request cannot be carried out as it stands.

    Its text is one line: what is wrong, with the value, then the next step.  The
    command line prints it and exits with status 2.
    """
