"""An exclusive lock on an open file; the system releases it when the process ends."""

import sys

if sys.platform == "win32":
    import msvcrt

    def lock(file: int) -> bool:
        """Try to lock the file without waiting; return whether it is now locked."""
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def lock(file: int) -> bool:
        """Try to lock the file without waiting; return whether it is now locked."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
