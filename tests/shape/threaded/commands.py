"""Commands run side by side; output kept in order; one is too slow."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

PYTHON = [sys.executable, "-S", "-c"]


@dataclass
class Result:
    name: str
    status: int | None
    output: str


def run_one(job):
    name, code, limit = job
    try:
        done = subprocess.run(
            [*PYTHON, code], stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=limit,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Result(name, None, "too slow")
    return Result(name, done.returncode, done.stdout.strip())


def run_all(jobs, workers=2):
    with ThreadPoolExecutor(max_workers=workers) as executor:
        return list(executor.map(run_one, jobs))


if __name__ == "__main__":
    slow = "import threading; threading.Event().wait(20)"
    for result in run_all(
        [
            ("a", "print('hello')", 20),
            ("b", slow, 0.01),
            ("c", "raise SystemExit(3)", 20),
        ]
    ):
        print(result.name, result.status, result.output)
