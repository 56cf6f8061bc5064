"""Costs that are easy to reckon with, for tests of what is pure."""

from bench.decide.costs import Costs

FREE = Costs(  # carrying costs nothing: what is left is the work
    python="3.11.7",
    cores=2,
    steps_per_second=1e6,
    hashes_per_second=1e6,
    thread_job_seconds=0.0,
    task_job_seconds=0.0,
    hop_seconds=0.0,
    thread_late_seconds=0.0,
    task_late_seconds=0.0,
    thread_start_seconds=1e-4,
    task_start_seconds=1e-5,
    process_start_seconds=0.1,
    base_bytes=20e6,
    thread_bytes=20e3,
    task_bytes=1e3,
    process_bytes=22e6,
)
USUAL = Costs(  # about those of the machine of the README
    python="3.11.7",
    cores=2,
    steps_per_second=5e7,
    hashes_per_second=5e6,
    thread_job_seconds=20e-6,
    task_job_seconds=8e-6,
    uvloop_job_seconds=5e-6,
    hop_seconds=70e-6,
    thread_late_seconds=100e-6,
    task_late_seconds=250e-6,
    lock_left={200: 0.9, 500: 0.7, 1000: 0.38, 2000: 0.05},
    thread_start_seconds=1e-4,
    task_start_seconds=6e-6,
    process_start_seconds=0.1,
    base_bytes=23.6e6,
    thread_bytes=16.7e3,
    task_bytes=960.0,
    process_bytes=22.1e6,
)
