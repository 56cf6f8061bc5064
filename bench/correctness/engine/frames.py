"""Which frames and modules are the program's, and which the explorer's own."""

from types import CodeType, FrameType


def is_ours(module: str) -> bool:
    """Whether a module is the explorer's own, or calls the pairs for it."""
    return module.startswith(("bench.correctness", "bench.pairs"))


def is_programs(frame: FrameType) -> bool:
    """Whether a frame runs code that is being explored, not code of a model."""
    mark = frame.f_globals.get("_explored_")
    if mark is None:
        mark = frame.f_builtins.get("_explored_")
    return bool(mark)


def user_line(frame: FrameType | None) -> tuple[CodeType, int] | None:
    """The innermost line of code that is being explored."""
    while frame is not None:
        if is_programs(frame):
            return frame.f_code, frame.f_lineno
        frame = frame.f_back
    return None
