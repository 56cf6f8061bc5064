"""What stops a command before it starts: one line, and what to do about it."""


class CannotRunError(Exception):
    """The request cannot be carried out as it stands.

    Its text is one line for a person: what is wrong, with the value, then the
    next step.  The command line prints it and exits with status 2.
    """
