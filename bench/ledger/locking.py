"""An exclusive hold on an open file, ended by the system with its process."""

import sys

if sys.platform == "win32":
    import msvcrt

    def lock(file: int) -> bool:
        """Whether this process now holds the file; never waits."""
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def lock(file: int) -> bool:
        """Whether this process now holds the file; never waits."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
