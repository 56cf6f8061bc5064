"""Which frames and modules are the program's, and which the explorer's own."""

from types import CodeType, FrameType


def is_ours(module: str) -> bool:
    """Whether a module is the explorer's own, or calls the pairs for it."""
    return module.startswith(("bench.correctness", "bench.pairs"))


def user_line(frame: FrameType | None) -> tuple[CodeType, int] | None:
    """The innermost line of code that is being explored."""
    while frame is not None:
        if frame.f_globals.get("_explored_"):
            return frame.f_code, frame.f_lineno
        frame = frame.f_back
    return None
