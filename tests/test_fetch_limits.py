"""What bounds a fetch: times, sizes, requests, and what is tried again."""

import gzip
import random
import socket
import threading
import time
import zlib
from contextlib import ExitStack, contextmanager
from itertools import chain, count, pairwise, repeat

import pytest
from fetches import assert_whole, entries, fetched, in_every_fetch
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import ScriptedServer

from fetching import failure
from fetching.decoding import Decoder
from fetching.failure import FetchError
from fetching.options import Options
from fetching.pace import Pace
from fetching.retrying import retry_delay

MIB = 1024 * 1024
NAMES = count(1_000_000)


def reasons(outcome):
    return [error for *_, error in outcome]


@in_every_fetch
def test_a_server_that_drips_is_given_up(model, tool, origin, tmp_path):
    """One byte now and then would hold a worker for ever."""
    url = origin.url(1000, chunk=1, pause=0.05)

    outcome = fetched(model, tool, tmp_path / "out", [url], total_timeout=0.4)

    assert reasons(outcome) == ["not done within 0.4 s"]
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_a_head_that_drips_is_given_up(model, tool, tmp_path):
    """Its bytes count for nothing until it is whole."""

    def drip(server, stop):
        connection, _ = server.accept()
        head = chain([b"HTTP/1.1 200 OK\r\n"], repeat(b"X"))
        with connection:
            while not stop.wait(0.05):
                try:
                    connection.sendall(next(head))
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as server:
        stop = threading.Event()
        dripping = threading.Thread(target=drip, args=(server, stop))
        dripping.start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        outcome = fetched(
            model, tool, tmp_path / "out", [url], total_timeout=0.4, retries=0
        )
        stop.set()
        dripping.join()

    assert reasons(outcome) == ["not done within 0.4 s"]


@contextmanager
def never_accepting():
    """The URL of a server whose queue of connections is full."""
    with socket.socket() as server, ExitStack() as opened:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(4):
            filler = opened.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"


@in_every_fetch
def test_a_server_that_never_accepts_is_given_up(model, tool, tmp_path):
    """The system has answered for it, or does not even do that."""
    limits = {"connect_timeout": 0.2, "idle_timeout": 0.2, "retries": 0}
    with never_accepting() as url:
        outcome = fetched(model, tool, tmp_path / "out", [url], **limits)

    assert reasons(outcome)[0] in (
        "no connection within 0.2 s",
        "nothing came for 0.2 s",
    )


@in_every_fetch
def test_the_total_limit_ends_a_wait_for_a_connection(model, tool, tmp_path):
    """It is the limit that was reached, so it is the one in the reason."""
    with never_accepting() as url:
        outcome = fetched(model, tool, tmp_path / "out", [url], total_timeout=0.3)

    assert reasons(outcome) == ["not done within 0.3 s"]


@pytest.mark.sampled(3)
@in_every_fetch
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
def test_a_body_over_the_limit_is_a_failure(model, tool, framing, origin, tmp_path):
    """One without end would fill the disk; one that says so is not even begun."""
    urls = [
        origin.url(2**40, framing=framing),
        origin.url(MIB + 1, framing=framing),
        origin.url(MIB, framing=framing),
    ]

    outcome = fetched(model, tool, tmp_path / "out", urls, max_bytes=MIB)

    over = f"the body is over {MIB} bytes, which is the limit"
    assert reasons(outcome) == [over, over, None]
    assert (tmp_path / "out").stat().st_size == MIB
    assert_whole(tmp_path / "out")


@pytest.mark.sampled(3)
@in_every_fetch
@pytest.mark.parametrize("retries", [0, 1, 3])
def test_retries_are_counted(model, tool, retries, tmp_path):
    """`--retries 1` is two requests, and was four."""
    with ScriptedServer([dropped()]) as server:
        fetched(
            model, tool, tmp_path / "out", [server.base + "/hostile/0"], retries=retries
        )

    assert len(server.requests) == 1 + retries


@pytest.mark.sampled(3)
@in_every_fetch
@pytest.mark.parametrize("status", [400, 401, 404, 410, 500, 501])
def test_a_final_status_is_asked_for_once(model, tool, status, tmp_path):
    """It will not pass: to ask again is to bother the server."""
    with ScriptedServer([answered(status)]) as server:
        fetched(model, tool, tmp_path / "out", [server.base + "/hostile/0"], retries=3)

    assert len(server.requests) == 1


@pytest.mark.sampled(3)
@in_every_fetch
@pytest.mark.parametrize("status", [408, 425, 429, 502, 503, 504])
def test_a_passing_status_is_asked_for_again(model, tool, status, tmp_path):
    """The next answer may be the body."""
    with ScriptedServer([answered(status)]) as server:
        outcome = fetched(
            model, tool, tmp_path / "out", [server.base + "/hostile/0"], retries=2
        )

    assert len(server.requests) == 3
    assert [status for _, status, _, _ in outcome] == [status]


def dropped():
    from hostile_answers import NO_ANSWER, Hostile

    return Hostile(b"", reason=NO_ANSWER)


def answered(status):
    from hostile_answers import Hostile

    head = b"HTTP/1.1 %d X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    return Hostile(head % status)


@in_every_fetch
def test_a_busy_server_is_asked_again(model, tool, origin, tmp_path):
    """What Retry-After says is waited for; here it is nothing."""
    url = origin.url(MIB, fail="busy", times=2, seed=next(NAMES))

    outcome = fetched(model, tool, tmp_path / "out", [url], retries=2)

    assert outcome == [(url, 200, MIB, None)]
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_a_retry_that_would_come_too_late_is_not_waited_for(
    model, tool, origin, tmp_path
):
    """A server may ask for an hour; the limit of the URL says no at once."""
    url = origin.url(1, fail="busy", retry=3600)

    outcome = fetched(
        model, tool, tmp_path / "out", [url], retries=5, total_timeout=60.0
    )

    assert reasons(outcome) == ["503 Service Unavailable"]


@in_every_fetch
def test_a_failed_body_is_retried_into_its_place(model, tool, origin, tmp_path):
    """No gap is left, whatever came in the meantime."""
    failing = [
        origin.url(MIB, fail="reset", times=2, seed=next(NAMES), after=MIB - 1)
        for _ in range(3)
    ]
    urls = [*failing, *origin.urls(50, 1000)]

    outcome = fetched(model, tool, tmp_path / "out", urls, retries=2)

    assert reasons(outcome) == [None] * len(urls)
    assert_whole(tmp_path / "out")


@pytest.mark.sampled(3)
@in_every_fetch
@pytest.mark.parametrize("fail", ["drop", "head", "half", "double"])
def test_more_failures_on_demand_are_named_or_harmless(
    model, tool, fail, origin, tmp_path
):
    """The origin's other kinds, each between good URLs on one worker."""
    good = origin.urls(6, 1000)
    bad = [origin.url(1000, fail=fail, after=20, seed=seed) for seed in range(3)]
    urls = [url for three in zip(good[:3], bad, good[3:], strict=True) for url in three]

    outcome = fetched(model, tool, tmp_path / "out", urls, workers=1, retries=0)

    expected = {
        "drop": "the connection was lost before an answer came",
        "head": "the connection was lost in the head of the answer",
        "half": "the connection was lost before all 1000 bytes came",
    }.get(fail)
    assert reasons(outcome) == [None, expected, None] * 3
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_interim_answers_are_passed_over(model, tool, origin, tmp_path):
    """103 is not the answer."""
    urls = [origin.url(1000, interim=interim) for interim in (0, 1, 5, 100)]

    assert reasons(fetched(model, tool, tmp_path / "out", urls)) == [None] * 4
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_so_many_requests_to_a_host_at_a_time(model, tool, tmp_path):
    """More workers than that wait, for this host only."""
    running, most, lock = 0, 0, threading.Lock()

    class Counting(ScriptedServer):
        def answer(self, connection, kind, number):
            nonlocal running, most
            with lock:
                running += 1
                most = max(most, running)
            time.sleep(0.01)  # long enough for the others to come, if they may
            with lock:
                running -= 1
            return super().answer(connection, kind, number)

    with Counting([]) as server:
        urls = [f"{server.base}/good/{number}" for number in range(30)]
        outcome = fetched(model, tool, tmp_path / "out", urls, workers=10, per_host=2)

    assert reasons(outcome) == [None] * 30
    assert most <= 2


@in_every_fetch
def test_more_workers_than_urls_end(model, tool, origin, tmp_path):
    """Those with nothing to do must not wait for it."""
    outcome = fetched(model, tool, tmp_path / "out", origin.urls(3, 10), workers=50)

    assert reasons(outcome) == [None] * 3


@in_every_fetch
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_compressed_body_is_stored_as_what_is_in_it(
    model, tool, encoding, origin, tmp_path
):
    """On demand only; the checksum is that of the body."""
    urls = [origin.url(size, encoding=encoding) for size in (0, 10, 100_000, MIB)]

    outcome = fetched(model, tool, tmp_path / "out", urls, compressed=True)

    assert [length for _, _, length, _ in outcome] == [0, 10, 100_000, MIB]
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_a_bomb_is_a_failure(model, tool, origin, tmp_path):
    """A megabyte that becomes a gigabyte must not fill the disk or the memory."""
    urls = [origin.url(100 * MIB, encoding="bomb"), origin.url(1000)]

    outcome = fetched(model, tool, tmp_path / "out", urls, compressed=True)

    assert reasons(outcome) == [
        "the compressed body grows by more than 100 times, which is the limit",
        None,
    ]
    assert_whole(tmp_path / "out")


@given(
    body=st.binary(max_size=3000),
    encoding=st.sampled_from(["gzip", "deflate", "bare"]),
    cuts=st.lists(st.integers(0, 3000), max_size=5),
)
def test_a_decoder_gives_back_what_was_encoded(body, encoding, cuts):
    """However it is cut, and with or without the header that some leave out."""
    if encoding == "gzip":
        sent = gzip.compress(body)
    else:
        wbits = -zlib.MAX_WBITS if encoding == "bare" else zlib.MAX_WBITS
        deflate = zlib.compressobj(wbits=wbits)
        sent = deflate.compress(body) + deflate.flush()
    edges = sorted({0, len(sent), *(cut % (len(sent) + 1) for cut in cuts)})
    decoder = Decoder("gzip" if encoding == "gzip" else "deflate", 100)
    parts = [sent[a:b] for a, b in pairwise(edges)]

    found = b"".join(map(decoder.decode, parts))
    decoder.end()

    assert found == body


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (gzip.compress(b"abc" * 1000)[:-9], "is cut off"),
        (b"not gzip at all", "is broken"),
        (gzip.compress(b"abc") + b"junk", "is broken"),
    ],
    ids=["cut off", "no gzip", "junk behind"],
)
def test_a_broken_encoding_is_a_failure(sent, reason):
    """Half a body must not pass for one."""
    decoder = Decoder("gzip", 100)

    def decode():
        decoder.decode(sent)
        decoder.end()

    with pytest.raises(FetchError, match=f"the compressed body {reason}"):
        decode()


def test_an_unknown_encoding_is_a_failure():
    """It was not asked for."""
    with pytest.raises(FetchError, match="is in 'br', not in gzip or deflate"):
        Decoder("br", 100)


def test_the_waits_between_retries_double_and_are_spread():
    """Many workers must not come back at once."""
    random.seed(1)
    options, lost = Options(retries=9, backoff=1.0), failure.lost()

    waits = [
        [retry_delay(lost, failures, 1e9, options) for _ in range(200)]
        for failures in range(1, 10)
    ]

    for failures, spread in enumerate(waits):
        assert all(0.5 <= each / min(60, 2**failures) <= 1 for each in spread)
        assert len(set(spread)) > 100
    assert retry_delay(lost, 10, 1e9, options) is None
    assert retry_delay(lost, 1, 0.1, options) is None
    assert retry_delay(failure.bad_status(404), 1, 1e9, options) is None
    asked = failure.bad_status(503, retry_after=7.0)
    assert retry_delay(asked, 1, 1e9, options) == 7.0


def test_a_pace_hands_out_moments_in_turn():
    """So many a second, however many ask at once; time not used is not saved up."""
    pace = Pace(per_second=10)

    assert [round(pace.delay(100.0), 6) for _ in range(4)] == [0, 0.1, 0.2, 0.3]
    assert pace.delay(200.0) == 0
    assert round(pace.delay(200.0), 6) == 0.1


@in_every_fetch
def test_requests_go_out_at_the_rate_that_was_asked_for(model, tool, origin, tmp_path):
    """The least time is what the pace says; the most is not ours to know."""
    started = time.monotonic()
    outcome = fetched(
        model, tool, tmp_path / "out", origin.urls(11, 10), workers=5, rate=50
    )

    assert reasons(outcome) == [None] * 11
    assert time.monotonic() - started >= 10 / 50


@in_every_fetch
def test_a_lost_body_is_found_at_the_second_try_only_if_asked(
    model, tool, origin, tmp_path
):
    """No retry means none."""
    url = origin.url(10, fail="short", times=1, seed=next(NAMES))

    assert reasons(fetched(model, tool, tmp_path / "out", [url], retries=0)) != [None]
    assert reasons(fetched(model, tool, tmp_path / "out", [url], retries=0)) == [None]
    assert len(entries(tmp_path / "out")) == 1
