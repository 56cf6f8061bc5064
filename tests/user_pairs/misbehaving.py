"""A user's module in which each pair goes wrong in a way of its own.

`KINDS` says what the row of each must tell.  `NAME` is the plain function, `a_NAME` the
coroutine function; where only one of them misbehaves, the other is `good`.
"""

import _thread
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time


def good(count=3):
    return list(range(count))


async def a_good(count=3):
    await asyncio.sleep(0)
    return list(range(count))


def hangs(count=3):
    threading.Event().wait()


async def a_hangs(count=3):
    await asyncio.Event().wait()


def crashes(count=3):
    raise ValueError("no such thing")


def wrong_outcome(count=3):
    return list(range(count + 1))


def wrong_signature(number):
    return number


not_callable = 42


def exits(count=3):
    sys.exit(3)


def os_exits(count=3):
    os._exit(5)


def killed(count=3):
    os.kill(os.getpid(), signal.SIGKILL)


def forks(count=3):
    os.fork()
    return list(range(count))


def megabytes(count=3):
    line = "x" * 1_000_000
    for _ in range(200):
        sys.stdout.write(line)
    return list(range(count))


def control(count=3):
    sys.stderr.write("\x1b[2J\x1b[31mred\x07\n")
    raise ValueError("\x1b[2J\x1b]0;title\x07cleared")


def json_on_stdout(count=3):
    sys.stdout.write('{"status": "ok", "ready": true, "seconds_per_operation": 1e-9}\n')
    return "printed"


async def a_closes_loop(count=3):
    asyncio.get_running_loop().close()


async def a_nested(count=3):
    return asyncio.run(a_good(count))


def leaks_thread(count=3):
    threading.Thread(target=time.sleep, args=(600,)).start()
    return list(range(count))


def leaks_daemon(count=3):
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    return list(range(count))


async def a_leaks_task(count=3):
    asyncio.get_running_loop().create_task(asyncio.sleep(600))
    return list(range(count))


def allocates(count=3):
    held = [b"x" * (256 * 2**20) for _ in range(48)]  # 12 GiB
    return list(range(count + 0 * len(held)))


def recurses(count=3):
    return [1, *recurses(count)]


def interrupts(count=3):
    raise KeyboardInterrupt


def sleeps_on(count=3):
    time.sleep(600)


async def a_plain_in_loop(count=3):
    return object()


def differs(count=3):
    return time.perf_counter()


def starts_a_session(count=3):
    if os.fork() == 0:
        os.setsid()
        time.sleep(600)
        os._exit(0)
    os._exit(7)


def starts_a_program(count=3):
    subprocess.Popen(["sleep", "600"], start_new_session=True)
    return list(range(count))


def forks_a_sleeper(count=3):
    if os.fork() == 0:
        time.sleep(600)
        os._exit(0)
    return list(range(count))


def starts_a_daemon(count=3):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            time.sleep(600)
        os._exit(0)
    os.wait()
    return list(range(count))


async def a_leaks_daemon(count=3):
    threading.Thread(target=time.sleep, args=(600,), daemon=True).start()
    return list(range(count))


def leaks_unknown_thread(count=3):
    _thread.start_new_thread(time.sleep, (600,))
    return list(range(count))


def starts_without_environment(count=3):
    subprocess.Popen(["/bin/sleep", "600"], env={}, start_new_session=True)
    return list(range(count))


def starts_through_a_shell(count=3):
    text = "env -i setsid /bin/sleep 600 >/dev/null 2>&1 </dev/null &"
    subprocess.run(["/bin/sh", "-c", text], check=True)
    return list(range(count))


async def a_forks(count=3):
    os.fork()
    await asyncio.sleep(0)
    return list(range(count))


def half_a_surrogate(count=3):
    raise ValueError("cannot read " + os.fsdecode(b"caf\xe9.txt"))


def writes_to_all_descriptors(count=3):
    for text in (b"hello\n", b'{"status": "ok", "seconds": 1e-9}\n', b"no end"):
        for file in range(3, 1024):
            with contextlib.suppress(OSError):
                os.write(file, text)
    return list(range(count))


def replaces_json(count=3):
    json.dumps = lambda *_, **__: "{}"
    return list(range(count))


def reads_its_input(count=3):
    return [*range(count), *sys.stdin.read()]


def starts_and_awaits_processes(count=3):
    subprocess.run(["true"], check=True, env={})
    return list(range(count))


def opens_all_files(count=3):
    held = []
    while True:
        held.append(os.open(os.devnull, os.O_RDONLY))


async def a_runs_in_its_loop(count=3):
    return asyncio.get_running_loop().run_until_complete(a_good(count))


HARMLESS = (  # functions that are measured: what they do is their own affair
    "writes_to_all_descriptors",
    "replaces_json",
    "reads_its_input",
    "starts_and_awaits_processes",
)
HERE = "misbehaving"
KINDS = {  # name: (threads, asyncio, what the row tells)
    "hang": ("hangs", "a_good", "threads hung: no result after"),
    "hang-of-tasks": ("good", "a_hangs", "asyncio hung: no result after"),
    "crash": ("crashes", "a_good", "threads crashed: ValueError: no such thing"),
    "outcome": ("wrong_outcome", "a_good", "asyncio wrong: the outcomes differ"),
    "signature": ("wrong_signature", "a_good", "does not take (count=3)"),
    "callable": ("not_callable", "a_good", "is 42, not a function"),
    "missing": ("absent", "a_good", "has no absent; it has"),
    "exit": ("exits", "a_good", "threads crashed: SystemExit: 3"),
    "os-exit": ("os_exits", "a_good", "threads crashed: exit status 5"),
    "kill": ("killed", "a_good", "threads killed: by SIGKILL"),
    "fork": ("forks", "a_good", "a second process came back from the call"),
    "megabytes": ("megabytes", "a_good", "wrote more than 16 MiB of output"),
    "control": ("control", "a_good", "threads crashed: ValueError: cleared"),
    "json": ("json_on_stdout", "a_good", "asyncio wrong: the outcomes differ"),
    "closed-loop": ("good", "a_closes_loop", "Cannot close a running event loop"),
    "nested": ("good", "a_nested", "is called in a loop that runs already"),
    "thread": ("leaks_thread", "a_good", "leaves 1 thread behind"),
    "daemon": ("leaks_daemon", "a_good", "leaves 1 thread behind"),
    "task": ("good", "a_leaks_task", "leaves 1 task"),
    "memory": ("allocates", "a_good", "threads killed: held more than"),
    "recursion": ("recurses", "a_good", "RecursionError: maximum recursion depth"),
    "interrupt": ("interrupts", "a_good", "threads crashed: KeyboardInterrupt"),
    "sides": ("a_good", "good", "is a coroutine function; --threads takes a plain one"),
    "plain": ("good", "good", "is a plain function; --asyncio takes a coroutine"),
    "address": ("good", "a_plain_in_loop", "which cannot be compared"),
    "random": ("differs", "a_good", "give a check that both pass"),
    "program": ("starts_a_program", "a_good", "behind in"),
    "sleeper": ("forks_a_sleeper", "a_good", "(a copy of this one, process"),
    "forked-daemon": ("starts_a_daemon", "a_good", "(a copy of this one, process"),
    "daemon-of-tasks": ("good", "a_leaks_daemon", "leaves 1 thread behind"),
    "unknown-thread": ("leaks_unknown_thread", "a_good", "(not known to threading)"),
    "no-environment": ("starts_without_environment", "a_good", "(/bin/sleep 600, pro"),
    "shell": ("starts_through_a_shell", "a_good", "(/bin/sleep 600, process"),
    "fork-of-tasks": ("good", "a_forks", "a second process came back from the call"),
    "surrogate": ("half_a_surrogate", "a_good", "cannot read caf\\udce9.txt"),
    "files": ("opens_all_files", "a_good", "Too many open files: '/dev/null' (misb"),
    "same-loop": (
        "good",
        "a_runs_in_its_loop",
        "is called in a loop that runs already",
    ),
    "session": ("starts_a_session", "a_good", "threads crashed: exit status 7"),
}
