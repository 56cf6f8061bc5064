"""Large bodies that go from a socket into the file without a copy in the process."""

import errno
import os
import socket
import sys
from contextlib import closing

import pytest
from fetches import assert_whole, fetched
from models import THREADED

from fetching import pipe as pipes
from fetching.pipe import Pipe, open_pipe, write_chunk
from threaded.connections import connection

MIB = 1024 * 1024
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux can do it")


def moved(path, content, offset, most=MIB):
    """The file after the bytes of a socket were moved into it, pipe by pipe."""
    ours, theirs = socket.socketpair()
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    with ours, theirs, closing(Pipe()) as pipe:
        theirs.sendall(content)
        theirs.shutdown(socket.SHUT_WR)
        while pipe.fill(ours.fileno(), most):
            assert 0 < len(pipe) <= most
            write_chunk(file, pipe, offset)
            offset += len(pipe)
    os.close(file)
    return path.read_bytes()


@pytest.mark.parametrize("most", [1, 999, MIB])
def test_the_bytes_of_a_socket_are_moved_to_their_offset(tmp_path, most):
    assert (
        moved(tmp_path / "out", b"abcdef" * 300, 5, most) == bytes(5) + b"abcdef" * 300
    )


def test_a_chunk_that_leaves_the_pipe_in_parts_stays_in_order(tmp_path, monkeypatch):
    def in_parts(source, target, most, splice=os.splice, **offsets):
        return splice(source, target, min(most, 100) if offsets else most, **offsets)

    monkeypatch.setattr(os, "splice", in_parts)
    content = bytes(range(250)) * 3
    assert moved(tmp_path / "out", content, 0) == content


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EOPNOTSUPP])
def test_a_file_system_that_cannot_take_a_pipe_gets_a_usual_write(
    tmp_path, monkeypatch, number
):
    def refused(*args, splice=os.splice, **offsets):
        if offsets:
            raise OSError(number, "not on this file system")
        return splice(*args)

    monkeypatch.setattr(os, "splice", refused)
    assert moved(tmp_path / "out", b"abc" * 500, 7) == bytes(7) + b"abc" * 500


def test_a_disk_that_is_full_is_an_error_and_no_usual_write(tmp_path, monkeypatch):
    def full(*args, splice=os.splice, **offsets):
        if offsets:
            raise OSError(errno.ENOSPC, "full")
        return splice(*args)

    monkeypatch.setattr(os, "splice", full)
    with pytest.raises(OSError, match="full"):
        moved(tmp_path / "out", b"abc", 0)
    assert (tmp_path / "out").read_bytes() == b""


def test_without_a_file_for_a_pipe_there_is_none(monkeypatch):
    def none_left():
        raise OSError(errno.EMFILE, "too many open files")

    monkeypatch.setattr(pipes.os, "pipe", none_left)
    assert open_pipe() is None


@pytest.mark.parametrize("has_pipe", [True, False])
def test_large_bodies_are_the_same_with_and_without_a_pipe(
    origin, tmp_path, monkeypatch, has_pipe
):
    """And each pipe is closed with its connection."""
    opened = []

    def counted():
        opened.append(open_pipe() if has_pipe else None)
        return opened[-1]

    monkeypatch.setattr(connection, "open_pipe", counted)
    before = set(os.listdir("/proc/self/fd"))
    sizes = [262_144, 262_145, MIB, 3 * MIB + 1, 10, 2 * MIB]
    urls = [*map(origin.url, sizes)]
    outcome = fetched(*THREADED.values, "lean_fetch", tmp_path / "out", urls, workers=2)
    assert [error for *_, error in outcome] == [None] * 6
    assert_whole(tmp_path / "out")
    assert 1 <= len(opened) <= 2
    assert not set(os.listdir("/proc/self/fd")) - before


def test_a_small_body_or_one_of_unknown_length_needs_no_pipe(
    origin, tmp_path, monkeypatch
):
    monkeypatch.setattr(connection, "open_pipe", lambda: pytest.fail("a pipe"))
    urls = [origin.url(262_144), origin.url(MIB, framing="chunked")]
    outcome = fetched(*THREADED.values, "lean_fetch", tmp_path / "out", urls)
    assert [error for *_, error in outcome] == [None, None]
