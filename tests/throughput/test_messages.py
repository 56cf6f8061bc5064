"""The channel of a worker, on which the user's code may write as well."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.throughput.messages import Messages, UnreadableError

TOKEN = "5f2b"


def line(message):
    return f"\n{TOKEN}{json.dumps(message)}\n".encode()


def all_of(*chunks):
    """The messages in these bytes, read as they come."""
    reader, found = Messages(TOKEN), []
    for chunk in chunks:
        reader.take(chunk)
        while (message := reader.next()) is not None:
            found.append(message)
    return found


@given(
    st.lists(st.integers(0, 99), max_size=4),
    st.lists(st.binary(max_size=9).filter(lambda one: b"5f2b" not in one)),
    st.integers(1, 7),
)
def test_messages_are_found_between_whatever_else_is_written(numbers, others, size):
    """Also after half a line, and cut anywhere by the pipe."""
    told = [{"status": "ok", "n": number} for number in numbers]
    pieces = [part for number, one in enumerate(told)
              for part in (*others[number : number + 1], line(one))]  # fmt: skip
    written = b"".join([*pieces, *others[len(told) :]])
    cut = [written[at : at + size] for at in range(0, len(written), size)]

    assert all_of(*cut) == told


def test_what_is_no_message_is_counted_and_not_kept():
    """Endless output without a line break would fill the memory of the controller."""
    reader = Messages(TOKEN)
    for _ in range(100):
        reader.take(b"x" * 1000)
        assert reader.next() is None

    assert reader.foreign_bytes >= 99_000
    assert len(reader._input) < 2000


@pytest.mark.parametrize("text", [b"{}", b"[1]", b"hello", b'{"seconds": 1}'])
def test_an_answer_without_a_status_is_told(text):
    """The user's code may have replaced what writes it."""
    reader = Messages(TOKEN)
    reader.take(TOKEN.encode() + text + b"\n")

    with pytest.raises(UnreadableError):
        reader.next()
