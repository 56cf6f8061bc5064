"""The resources of a process, as the system reports them."""

import subprocess
import sys

import pytest

MIB = 2**20
LARGE_BYTES = 64 * MIB
ASK = (
    "from bench.throughput.this_process import peak_memory_bytes;"
    "print(peak_memory_bytes())"
)


@pytest.mark.skipif(sys.platform == "win32", reason="not told there")
def test_peak_memory_is_the_programs_own_and_not_its_parents():
    """A worker started by a large controller must not be charged with it."""
    large = bytearray(LARGE_BYTES)

    told = subprocess.run(
        [sys.executable, "-c", ASK], capture_output=True, text=True, check=True
    ).stdout

    assert len(large) == LARGE_BYTES
    assert MIB < int(told) < LARGE_BYTES
