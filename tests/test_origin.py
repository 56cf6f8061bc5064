"""What the origin promises to those who measure and test against it."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from http.client import HTTPConnection, IncompleteRead
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.origin import Origin, content, path, paths
from bench.origin.request import BadRequestError, Request, parse
from bench.origin.server import Connection, Failures


@pytest.fixture
def ask(origin):
    """Asks on one connection: the answer's status, header fields and body."""
    connection = HTTPConnection(urlsplit(origin.base).netloc, timeout=10)

    def get(target, method="GET"):
        connection.request(method, target)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    get.connection = connection
    yield get
    connection.close()


@pytest.fixture
def wire(origin):
    """A bare connection, for what no client library would send or accept."""
    address = urlsplit(origin.base)
    with socket.create_connection((address.hostname, address.port), 10) as bare:
        yield bare


def read_all(bare):
    received = b""
    while chunk := bare.recv(65536):
        received += chunk
    return received


@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
@pytest.mark.parametrize("size", [0, 1, 1024, 65536, 262_144, 262_145, 300_000])
def test_a_body_is_the_same_however_it_is_framed(ask, framing, size):
    """A checksum must tell what was lost, not how it was sent."""
    wanted = b"".join(bytes(part) for part in content.chunks(7, size))

    status, _, body = ask(path(size, seed=7, framing=framing, chunk=10_000))

    assert (status, len(body)) == (200, size)
    assert body == wanted


def test_bodies_of_different_seeds_differ():
    """Else a mixed-up body could pass for the right one."""
    assert len({content.sha256(seed, 64) for seed in range(10_000)}) == 10_000


def test_a_chunk_that_is_displaced_is_another_chunk():
    """Else two swapped chunks would have the checksum of the right order."""
    starts = range(0, 2**24, content.CHUNK_BYTES)
    assert len({bytes(content.chunk(0, start, 64)) for start in starts}) == len(starts)


def test_a_connection_serves_many_requests(ask, origin):
    """Keep-alive is what the fetches are measured with."""
    assert [ask(target)[0] for target in paths(50, 10)] == [200] * 50


def test_pipelined_requests_are_answered_in_their_order(wire):
    """The first is slow: those behind it must wait, not overtake."""
    targets = ["/bytes/3?delay=0.02&status=201", "/bytes/3?status=202", "/headers"]
    for target in targets[:-1]:
        wire.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    wire.sendall(b"GET /headers HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    statuses = re.findall(rb"HTTP/1\.1 (\d+)", read_all(wire))

    assert statuses == [b"201", b"202", b"200"]


def test_a_head_request_has_no_body(ask):
    """The next answer on the connection would be taken for it."""
    assert ask("/bytes/100", "HEAD")[2] == b""
    assert len(ask("/bytes/100")[2]) == 100


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_may_have_no_body_has_none(ask, status):
    """The next answer on the connection would be taken for it."""
    assert ask(f"/bytes/100?status={status}")[::2] == (status, b"")
    assert len(ask("/bytes/100")[2]) == 100


@pytest.mark.parametrize(
    ("fail", "received"),
    [
        ("short", b"HTTP/1.1 200 OK\r\n"),
        ("garbage", b"\x00\xff this is not HTTP"),
    ],
)
def test_a_failure_is_what_was_asked_for(wire, fail, received):
    """A test that waits for another failure than it gets proves nothing."""
    wire.sendall(f"GET /bytes/1000?fail={fail} HTTP/1.1\r\nHost: x\r\n\r\n".encode())

    answer = read_all(wire)

    assert answer.startswith(received)
    assert len(answer.partition(b"\r\n\r\n")[2]) == (500 if fail == "short" else 0)


def test_a_reset_is_a_reset(wire):
    """An orderly end in its place would be the failure called short."""
    wire.sendall(b"GET /bytes/1000?fail=reset HTTP/1.1\r\nHost: x\r\n\r\n")

    with pytest.raises(ConnectionResetError):
        read_all(wire)


def test_a_url_that_fails_twice_works_the_third_time(ask):
    """Retries can be told from luck."""
    target = path(10, fail="short", times=2, seed=time.monotonic_ns() % 2**32)
    outcomes = []
    for _ in range(3):
        try:
            outcomes.append(len(ask(target)[2]))
        except IncompleteRead as error:
            outcomes.append(-len(error.partial))
            ask.connection.close()  # http.client would go on with it

    assert outcomes == [-5, -5, 10]


@pytest.mark.parametrize(
    ("target", "status", "reason"),
    [
        ("/bytes/x", 400, "bytes/SIZE must be an integer from 0 to"),
        ("/bytes/-1", 400, "bytes/SIZE must be an integer from 0 to"),
        ("/bytes/" + "9" * 40, 400, "bytes/SIZE must be an integer from 0 to"),
        ("/bytes/1?delay=nan", 400, "delay must be seconds from 0 to 3600, got 'nan'"),
        ("/bytes/1?delay=-1", 400, "delay must be seconds from 0 to 3600, got '-1'"),
        ("/bytes/1?fail=often", 400, "fail must be one of silent,"),
        ("/bytes/1?seed=1&seed=2", 400, "seed is given twice"),
        ("/bytes/1?sed=1", 400, "parameter must be one of seed,"),
        ("/bytes/1?seed", 400, "query must be name=value joined by &, got 'seed'"),
        ("/bytes/1?chunk=0", 400, "chunk must be an integer from 1 to"),
        ("/redirect/1?to=//x%0d%0aA:b", 400, "to must be a path"),
        ("/nowhere", 404, "nothing at /nowhere; / says what there is"),
    ],
)
def test_nonsense_is_refused_with_its_reason(ask, target, status, reason):
    """A mistyped failure that is served as a success would pass a test."""
    got, _, body = ask(target)

    assert got == status
    assert reason in body.decode()
    assert ask("/bytes/1")[0] == 200  # and the connection is still good


@settings(max_examples=300, deadline=None)
@given(url=st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(url):
    """A server that dies of a request ends the run it serves."""
    with suppress(BadRequestError):
        assert isinstance(parse(b"GET", b"/" + url), Request)


@pytest.mark.parametrize("junk", [b"\r\n\x00", b"GARBAGE\r\n\r\n", b"\x16\x03\x01\x02"])
def test_what_is_not_http_is_refused_and_others_are_served(wire, ask, junk):
    """A lost client must not take the origin with it."""
    wire.sendall(junk + b" " * 100 + b"\r\n\r\n")

    assert read_all(wire).startswith(b"HTTP/1.1 400")
    assert ask("/bytes/1")[0] == 200


def test_a_large_body_is_never_held():
    """Memory must not grow with a body that is not read; the client reads nothing."""
    with Origin() as origin:
        address = urlsplit(origin.base)
        with socket.create_connection((address.hostname, address.port), 10) as slow:
            slow.sendall(b"GET /bytes/1099511627776 HTTP/1.1\r\nHost: x\r\n\r\n")
            slow.recv(1)
            connection = HTTPConnection(address.netloc, timeout=10)
            connection.request("GET", "/bytes/10")
            assert len(connection.getresponse().read()) == 10
            connection.close()
            status = Path(f"/proc/{origin.process.pid}/status").read_text()

    assert int(re.search(r"VmHWM:\s+(\d+)", status)[1]) < 48 * 1024  # KiB


def test_the_origin_ends_when_its_parent_is_killed():
    """An origin left behind by a killed run would hold its port and memory."""
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from bench.origin import Origin\n"
            "origin = Origin().__enter__()\n"
            "print(origin.base, flush=True)\n"
            "import signal; signal.pause()\n",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    base = parent.stdout.readline().strip()
    address = urlsplit(base)
    with socket.create_connection((address.hostname, address.port), 10) as bare:
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        parent.stdout.close()
        with suppress(ConnectionResetError):
            assert bare.recv(1) == b""  # the kernel closes it as the origin ends


def test_a_port_that_is_taken_is_one_line_and_status_2(origin):
    """The person who asked must learn what to do, not read a traceback."""
    port = urlsplit(origin.base).port

    ended = subprocess.run(
        [sys.executable, "-m", "bench", "origin", "--port", str(port)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 2
    assert re.fullmatch(
        rf"error: .*port {port}.* --port 0 .*\n", ended.stderr.replace("\n ", " ")
    )


def test_a_person_can_serve_and_stop():
    """What is announced works, and Ctrl-C is no error to report."""
    command = [sys.executable, "-m", "bench", "origin", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as serving:
        base = re.search(r"http://[\d.:]+", serving.stdout.readline())[0]
        connection = HTTPConnection(urlsplit(base).netloc, timeout=10)
        connection.request("GET", "/")
        assert b"/bytes/SIZE" in connection.getresponse().read()
        connection.close()
        serving.send_signal(signal.SIGINT)
        _, said = serving.communicate(timeout=60)

    assert said == "stopped\n"
    assert serving.returncode == 0


def test_the_ready_signal_is_one_line_of_json():
    """A person who starts the process by hand can read where it serves."""
    with subprocess.Popen(
        [sys.executable, "-m", "bench.origin"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert json.loads(process.stdout.readline())["port"] > 0
        process.stdin.close()
        assert process.wait(timeout=60) == 0


class Unread:
    """A transport of a client that never reads: it pauses the writer at its limit."""

    LIMIT_BYTES = 64 * 1024

    def __init__(self):
        self.kept_bytes = 0
        self.is_reading = True
        self.connection = None

    def write(self, part):
        self.kept_bytes += len(part)
        if self.kept_bytes > self.LIMIT_BYTES:
            self.connection.pause_writing()

    def pause_reading(self):
        self.is_reading = False

    def resume_reading(self):
        self.is_reading = True

    def is_closing(self):
        return False


async def test_little_is_kept_for_a_client_that_pipelines_and_does_not_read():
    """The answers to all it had asked were kept: 6.3 GiB."""
    connection, transport = Connection(Failures()), Unread()
    transport.connection = connection
    connection.connection_made(transport)

    connection.data_received(b"GET /bytes/65536 HTTP/1.1\r\nHost: a\r\n\r\n" * 2_000)

    assert transport.kept_bytes < 4 * Unread.LIMIT_BYTES
    assert not transport.is_reading

    before, transport.kept_bytes = transport.kept_bytes, 0
    connection.resume_writing()

    assert 0 < transport.kept_bytes <= before
