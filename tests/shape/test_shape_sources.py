"""Any file a user may have: read as Python would read it, or refused in one line."""

import pytest

from bench.errors import CannotRunError
from bench.shape import compare_two, measure
from bench.shape.reading.packages import find
from bench.shape.reading.source import from_bytes, from_text

PLAIN = b"""\
import threading
lock = threading.Lock()
def f():
    with lock:
        return 1
"""


@pytest.mark.parametrize(
    "content",
    [
        PLAIN,
        PLAIN.replace(b"\n", b"\r\n"),
        PLAIN.replace(b"\n", b"\r"),
        b"\xef\xbb\xbf" + PLAIN,
        PLAIN.replace(b"    ", b"\t"),
        PLAIN.replace(b"def", b"\x0cdef"),
        b"# -*- coding: latin-1 -*-\n# caf\xe9\n" + PLAIN,
        PLAIN + b"# no newline at the end",
        PLAIN + b"\n" * 50,
        PLAIN.replace(b"return 1", b"return '" + b"x" * 100_000 + b"'"),
        PLAIN.replace(b"return 1", b"return \\\n 1"),
    ],
    ids=[
        "plain", "crlf", "cr", "bom", "tabs", "form feed", "coding line",
        "no last newline", "blank lines", "long line", "continued line",
    ],
)  # fmt: skip
def test_a_file_is_read_as_python_reads_it(content):
    """Line ends, marks, tabs and encodings change no figure."""
    source = from_bytes("x.py", content)

    assert measure(source).statements == 5
    assert measure(source).synchronization_points == 1
    shown = compare_two("test", source, from_bytes("y.py", PLAIN))
    assert [row.left for row in shown.rows if row.left] == list(
        range(1, len(shown.rows) + 1)
    )[: sum(row.left is not None for row in shown.rows)]


@pytest.mark.parametrize("content", [b"", b"\n", b"\n\n\n", b"# only a comment"])
def test_an_empty_file_has_no_figures_but_is_a_file(content):
    """Nothing is counted and nothing fails, whatever it faces."""
    source = from_bytes("x.py", content)

    assert (measure(source).lines, measure(source).statements) == (0, 0)
    compared = compare_two("test", source, from_bytes("y.py", PLAIN))
    assert sum(row.right is not None for row in compared.rows) == 5


@pytest.mark.parametrize(
    "content",
    [
        b"def f(:\n",
        b"print 'two'\n",
        b"x = 1\0\n",
        b"\xff\xfe\x00",
        b"# coding: no-such-code\n",
        b"# coding: ascii\nx = '\xe9'\n",
        b"if x:\npass\n",
        b"x = '''never ends\n",
        b"(" * 500,
        b"x = " + b"-" * 100_000 + b"1\n",
        b"\tif x:\n        y\n",
    ],
    ids=[
        "syntax", "python 2", "null byte", "utf-16", "unknown code", "wrong code",
        "indent", "open string", "open brackets", "too deep", "mixed tabs",
    ],
)  # fmt: skip
def test_what_is_not_python_is_refused_in_one_line(content):
    """With the file's name and the line, and no traceback."""
    with pytest.raises(CannotRunError, match=r"^x\.py ") as caught:
        measure(from_bytes("x.py", content))
    assert "\n" not in str(caught.value)


def test_a_directory_and_a_missing_file_are_refused_in_one_line(tmp_path):
    """The system's own words, then what to give."""
    for path in (tmp_path, tmp_path / "none.py"):
        with pytest.raises(CannotRunError, match="cannot read"):
            find(str(path))


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_alike_whatever_ends_them(end):
    """A row's number must be the line that an editor shows."""
    source = from_text("x.py", f"\ufeffx = 1{end}y = 2\x0c{end}")

    assert source.lines == ["x = 1", "y = 2\x0c", ""]
    assert measure(source).statements == 2
