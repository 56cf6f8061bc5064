"""A process on a worker that searches shares of one program.

`searching` starts it as `python -m bench.hosts.share_process`.  The process ends when
its standard input is closed.
"""

import os
import pickle
import queue
import sys
import threading
from dataclasses import replace
from typing import Any, BinaryIO

from bench.correctness.explain.display_names import action_text
from bench.correctness.explain.labels import label
from bench.correctness.programs.session import Conditions, session
from bench.correctness.search.share_worker import ShareSearch
from bench.correctness.search.shares import RECALL, ProgramSpec
from bench.errors import CannotRunError
from bench.hosts import frames
from bench.hosts.sources import changed

IDLE_SECONDS = 300.0  # this process ends after so long without a share


def main() -> None:
    """Read the packed program, load it, then search share after share."""
    answers = take_output()
    asked: queue.SimpleQueue[Any] = queue.SimpleQueue()
    present: list[ShareSearch] = []
    threading.Thread(target=listen, args=(asked, present), daemon=True).start()
    frames.write(answers, ("warm",))
    try:
        explore(asked, present, answers)
    except CannotRunError as problem:
        frames.write(answers, ("cannot", str(problem)))


def take_output() -> BinaryIO:
    """Reserve standard output for answers; the output of programs is dropped."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    return answers


def listen(asked: "queue.SimpleQueue[Any]", present: list[ShareSearch]) -> None:
    """Read messages; end this process at the end of the input."""
    with os.fdopen(os.dup(0), "rb") as stream:
        while True:
            try:
                message = frames.read(stream)
            except (EOFError, OSError):
                os._exit(0)
            if message != RECALL:
                asked.put(message)
                continue
            # If the report of the share was already made, `present` is empty, and the
            # recall has no effect.
            for search in present[:]:
                search.is_recalled = True


def explore(
    asked: "queue.SimpleQueue[Any]", present: list[ShareSearch], answers: BinaryIO
) -> None:
    """Load the program, then search share after share.

    `present` holds the search of the current share, so that it can be recalled.
    """
    try:
        folder, path, content, sources = asked.get(timeout=IDLE_SECONDS)
    except queue.Empty:
        return  # the process that started this one has ended or needs no more shares
    spec = enter(folder, path, content)
    program = spec.recipe()
    if found := changed(sources):
        raise CannotRunError(f"{found}; copy the program there")
    options = replace(spec.options, tick=lambda *_: frames.write(answers, ("alive",)))
    conditions = Conditions(
        options.order, options.timers, options.seed, options.carrier
    )
    with session(program, conditions, describe=label, tell=action_text) as pool:
        frames.write(answers, ("ready",))
        while True:
            try:
                share = asked.get(timeout=IDLE_SECONDS)
            except queue.Empty:
                return  # no share for so long: the search has probably ended
            present.append(ShareSearch(program, options, pool, share))
            report = present[0].report()
            present.clear()
            frames.write(answers, ("report", report))


def enter(folder: str, path: tuple[str, ...], content: bytes) -> ProgramSpec:
    """Change to the folder of the program, and unpickle the program there."""
    try:
        os.chdir(folder)
    except OSError as problem:
        raise CannotRunError(
            f"the folder {folder} cannot be entered there ({problem.strerror});"
            " the program must have the same path on each host"
        ) from None
    sys.path[:0] = [one for one in path if one not in sys.path]
    try:
        spec: ProgramSpec = pickle.loads(content)
    except Exception as problem:
        raise CannotRunError(
            f"the program cannot be found there ({problem}); install what it needs"
        ) from None
    return spec


if __name__ == "__main__":
    main()
