"""An exclusive lock on an open file; the system releases it when the process ends."""

import os
import sys

# a byte beyond the end of every ledger, because Windows makes a locked byte unreadable
FAR_BYTES = 1 << 40

if sys.platform == "win32":
    import msvcrt

    def lock(file: int) -> bool:
        """Try to lock the file without waiting; return whether it is now locked."""
        before = os.lseek(file, 0, os.SEEK_CUR)
        os.lseek(file, FAR_BYTES, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(file, before, os.SEEK_SET)
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
