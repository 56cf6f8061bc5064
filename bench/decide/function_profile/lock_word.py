"""Finds the lock of an interpreter in the interpreter's own memory, on Linux.

CPython's lock is a structure that begins with three fields (`_gil_runtime_state`, from
3.2 to 3.14): the switch interval in microseconds, the thread that held the lock last,
and whether the lock is held.  To find the structure, this module sets the switch
interval to an unusual number and searches for that number in the exported symbol
`_PyRuntime`.  The field after it must name the current thread as the last holder.
"""

import ctypes
import os
import struct
import sys
from contextlib import suppress

# a prime that no program sets, so it is easy to find in memory
ODD_MICROSECONDS = 7_919
# bytes from the start of `_PyRuntime`, which has 50 to 400 KB
SEARCHED_BYTES = 1_000_000
PAGE = 4096
PTRACER = 0x59616D61  # PR_SET_PTRACER
ANYONE = ctypes.c_ulong(-1)


def find() -> int | None:
    """The address of the switch interval of the lock.

    8 bytes after this address is the last holder.  16 bytes after it is the flag that
    says whether the lock is held.  None on a system other than Linux, if there is no
    lock, or if not exactly one place in memory matches.
    """
    is_enabled = getattr(sys, "_is_gil_enabled", None)
    if sys.platform != "linux" or (is_enabled is not None and not is_enabled()):
        return None
    with suppress(ValueError, AttributeError, OSError):
        start = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime"))
        state = ctypes.pythonapi.PyThreadState_Get
        state.restype = ctypes.c_void_p
        before = sys.getswitchinterval()
        sys.setswitchinterval(ODD_MICROSECONDS / 1e6)
        try:
            wanted = struct.pack("<QQi", ODD_MICROSECONDS, state(), 1)
            memory = _copied(start, _readable(start))
            at = memory.find(wanted)
            if at >= 0 and memory.find(wanted, at + 1) < 0:
                return start + at
        finally:
            sys.setswitchinterval(before)
    return None


def be_readable() -> None:
    """Let another process of the same user read the memory of this process.

    Some systems (Yama) allow this only to a parent by default.
    """
    with suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PTRACER, ANYONE, 0, 0, 0)


class Part(ctypes.Structure):
    """A part of memory, in the form that `process_vm_readv` needs."""

    _fields_ = [("start", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def _copied(start: int, size: int) -> bytes:
    """A copy of memory, made while the lock is held; raises OSError.

    The kernel makes the copy, so memory that another thread unmaps causes an error and
    not a crash.
    """
    copy = ctypes.create_string_buffer(size)
    read = ctypes.PyDLL(None, use_errno=True).process_vm_readv
    read.restype = ctypes.c_ssize_t
    count = read(
        os.getpid(),
        ctypes.byref(Part(ctypes.addressof(copy), size)), ctypes.c_ulong(1),
        ctypes.byref(Part(start, size)), ctypes.c_ulong(1),
        ctypes.c_ulong(0),
    )  # fmt: skip
    if count < 0:
        raise OSError(ctypes.get_errno(), "cannot read the memory of this process")
    return copy.raw[:count]


def _readable(start: int) -> int:
    """How many bytes from `start` on are mapped, at most SEARCHED_BYTES."""
    end = start
    with open("/proc/self/maps", encoding="ascii") as maps:
        for line in maps:
            low, high = (int(part, 16) for part in line.split()[0].split("-"))
            if low <= end < high and line.split()[1][0] == "r":
                end = high
    return min(end - start, SEARCHED_BYTES)
