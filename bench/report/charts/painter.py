"""Vega-Lite specifications, drawn by a separate process.

The chart library contains a JavaScript engine.  If the engine gets no memory (`ulimit
-v`), it ends its whole process.  A separate process can end without ending the report.
"""

import atexit
import json
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, Any

SECONDS = 60.0  # the time limit of one picture; most take a tenth of a second
DRAWING = """\
import json, sys
import vl_convert
for line in sys.stdin:
    try:
        answer = {"svg": vl_convert.vegalite_to_svg(json.loads(line))}
    except Exception as problem:
        answer = {"problem": " ".join(str(problem).split())}
    print(json.dumps(answer), flush=True)
"""


class NoPictureError(Exception):
    """A picture could not be drawn; the text is the reason."""


class Painter:
    """The process that draws, started with the first picture."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self.problem: str | None = None  # the reason why there are no more pictures

    def svg(self, spec: dict[str, Any]) -> str:
        """Draw one specification as SVG.

        Raises NoPictureError if there is no picture.  After the process has ended, each
        further call raises this error at once.
        """
        if self.problem is not None:
            raise NoPictureError(self.problem)
        try:
            answer = self._answer(json.dumps(spec))
        except (OSError, ValueError) as error:
            self.end()
            self.problem = f"the chart library ended ({error})"
            raise NoPictureError(self.problem) from None
        if "svg" not in answer:
            raise NoPictureError(f"the chart library refused: {answer['problem']}")
        return str(answer["svg"])

    def _answer(self, line: str) -> dict[str, str]:
        """The answer to a line; raises ValueError if there is none."""
        process = self._process or self._start()
        streams: tuple[IO[str] | None, IO[str] | None] = (process.stdin, process.stdout)
        written, read = streams
        assert written
        assert read
        limit = threading.Timer(SECONDS, process.kill)
        limit.daemon = True
        limit.start()
        try:
            written.write(line + "\n")
            written.flush()
            answer: dict[str, str] = json.loads(read.readline() or "no answer")
        except json.JSONDecodeError:
            raise ValueError(f"status {process.wait()}") from None
        finally:
            limit.cancel()
        return answer

    def _start(self) -> "subprocess.Popen[str]":
        self._process = subprocess.Popen(
            [sys.executable, "-c", DRAWING],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
        )
        atexit.register(self.end)
        return self._process

    def end(self) -> None:
        """End the process, if it runs."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream:
                # bytes that were not written yet are lost with the process
                with suppress(OSError):
                    stream.close()
        process.wait()
