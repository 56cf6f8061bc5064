"""What the fetches promise: every body whole, every failure named, in every form."""

import http.server
import os
import socket
import subprocess
import sys
import threading
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest
from fetches import (
    assert_whole,
    entries,
    fetched,
    in_every_fetch,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from models import in_both_models

from bench.pairs.catalogue import PAIRS
from bench.records.workload import Workload
from fetching.failure import SessionClosedError
from threaded import url_fetch

MIB = 1024 * 1024
NAMES = count()
ROOT = Path(__file__).parents[1]


@in_every_fetch
def test_bodies_of_every_size_and_framing_are_whole(model, tool, origin, tmp_path):
    """A body in memory, in room set aside or spooled first: the bytes are the same."""
    sizes = [0, 1, 65536, 262144, 262145, MIB]
    urls = [
        origin.url(size, seed=seed, framing=framing)
        for seed, size in enumerate(sizes)
        for framing in ("length", "chunked", "close")
    ]

    outcome = fetched(model, tool, tmp_path / "out", urls)

    assert outcome == [(url, 200, size, None) for url, size in zip(urls, [
        size for size in sizes for _ in range(3)
    ], strict=True)]  # fmt: skip
    assert_whole(tmp_path / "out")


FAILURES = {  # what the origin is asked for: status and reason in the index
    "/bytes/9?status=404": (404, "404 Not Found"),
    "/bytes/900000?status=500&framing=chunked": (500, "500 Internal Server Error"),
    "/bytes/9?status=304": (304, "304 Not Modified"),
    "/redirect/11": (None, "more than 10 redirects"),
    "/redirect/1?to=/bytes/9%3Fstatus=410": (410, "410 Gone"),
    "/bytes/9?fail=garbage": (None, "the answer is not HTTP"),
    "/bytes/999?fail=short": (200, "the connection was lost before all 999 bytes came"),
    "/bytes/999999?fail=short&after=1": (
        200,
        "the connection was lost before all 999999 bytes came",
    ),
    "/bytes/999?fail=short&framing=chunked": (
        200,
        "the connection was lost before the end of the body came",
    ),
    "/bytes/999999?fail=short&framing=chunked": (
        200,
        "the connection was lost before the end of the body came",
    ),
    "/bytes/999999?fail=reset": (
        200,
        "the connection was lost before all 999999 bytes came",
    ),
}
BAD_URLS = {
    "ftp://127.0.0.1/": "not a URL: it does not start with http:// or https://",
    "127.0.0.1": "not a URL: it does not start with http:// or https://",
    "http://": "not a URL: it names no host",
    "http://127.0.0.1:99999/": "not a URL: its port is not one",
    "http://127.0.0.1/a b": "not a URL: spaces and control characters must be "
    "%-encoded",
    "http://[::1/": "not a URL: its address in brackets is not one",
    "http://[::g]/": "not a URL: its address in brackets is not one",
    "http://a..b/": "not a URL: a..b is not a host name",
    f"http://{'a' * 64}.b/": f"not a URL: {'a' * 64}.b is not a host name",
    "http://127.1/": "not a URL: 127.1 is not an IPv4 address",
    "http://2130706433/": "not a URL: 2130706433 is not an IPv4 address",
    f"http://x/{'a' * 8000}": "not a URL: longer than 8000 characters",
    "http://no-such-host.invalid/": "cannot find the host no-such-host.invalid",
}


@in_every_fetch
def test_every_failure_is_named_and_costs_nothing_to_the_others(
    model, tool, origin, tmp_path
):
    """The index has the reason, in the same words in every form, and no body."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        unused = f"http://127.0.0.1:{server.getsockname()[1]}/"
    refused = {unused: (None, "cannot connect: connection refused")}
    bad = {url: (None, reason) for url, reason in BAD_URLS.items()}
    failing = {origin.base + path: why for path, why in FAILURES.items()}
    wrong = {**failing, **bad, **refused}
    good = origin.urls(len(wrong), 1000)
    urls = [url for pair in zip(good, wrong, strict=True) for url in pair]
    output = tmp_path / "out"

    outcome = fetched(model, tool, output, urls, retries=0, workers=8)

    assert {url: (status, error) for url, status, _, error in outcome if error} == wrong
    assert [url for url, *_ in outcome] == urls
    assert sorted(entry["url"] for entry in entries(output)) == sorted(urls)
    assert all(
        entry["offset"] is entry["length"] is None
        for entry in entries(output)
        if entry["error"]
    )
    assert_whole(output)


@in_every_fetch
@pytest.mark.parametrize("fail", ["silent", "stall"])
def test_an_origin_that_goes_silent_is_given_up(model, tool, fail, origin, tmp_path):
    """Before its answer or in the middle of a body, and the reason says how long."""
    url = origin.url(999_999, fail=fail)

    outcome = fetched(model, tool, tmp_path / "out", [url], idle_timeout=0.1, retries=0)

    assert [error for *_, error in outcome] == ["nothing came for 0.1 s"]
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_a_redirect_leads_to_the_body(model, tool, origin, tmp_path):
    """The index names the URL as it was listed."""
    url = origin.base + "/redirect/10?to=/bytes/5"

    outcome = fetched(model, tool, tmp_path / "out", [url])

    assert outcome == [(url, 200, 5, None)]
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_duplicates_are_fetched_as_often_as_listed(model, tool, origin, tmp_path):
    """A URL listed twice may be meant as a comparison."""
    urls = [origin.url(10, seed=1)] * 5

    assert len(fetched(model, tool, tmp_path / "out", urls)) == 5
    assert len(entries(tmp_path / "out")) == 5
    assert (tmp_path / "out").stat().st_size == 50


@in_every_fetch
def test_nothing_to_fetch_is_an_empty_file(model, tool, tmp_path):
    """A library call with no URLs is no error."""
    assert fetched(model, tool, tmp_path / "out", []) == []
    assert (tmp_path / "out").read_bytes() == b""
    assert entries(tmp_path / "out") == []


@in_every_fetch
def test_no_worker_at_all_is_refused_when_fetching(model, tool, tmp_path):
    """A group of no tasks would leave every URL unfetched, and not say so."""
    with pytest.raises(ValueError, match="workers must be at least 1, got 0"):
        fetched(model, tool, tmp_path / "out", ["http://127.0.0.1:1/"], workers=0)


@in_every_fetch
@pytest.mark.parametrize("size", [100, MIB])
def test_a_lost_connection_is_tried_again_as_often_as_asked(
    model, tool, size, origin, tmp_path
):
    """It says nothing against the URL; a large body goes where it was to go."""
    fresh = next(NAMES)
    once = origin.url(size, fail="reset", times=1, seed=fresh, after=size // 2)
    twice = origin.url(size, fail="short", times=2, seed=fresh)

    outcome = fetched(model, tool, tmp_path / "out", [once, twice], retries=1)

    assert [error is None for *_, error in outcome] == [True, False]
    assert (tmp_path / "out").stat().st_size == size
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_the_gap_of_a_failed_body_is_closed(model, tool, origin, tmp_path):
    """The others moved down, and the index says where to."""
    urls = [
        origin.url(MIB, fail="short", after=MIB - 1),
        *(origin.url(400_000, seed=seed) for seed in range(1, 4)),
        *origin.urls(20, 7),
    ]

    fetched(model, tool, tmp_path / "out", urls, retries=0)

    assert len(entries(tmp_path / "out")) == len(urls)
    assert (tmp_path / "out").stat().st_size == 3 * 400_000 + 20 * 7
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_connections_are_kept_alive(model, tool, tmp_path):
    """A connection a URL would cost more than the URL."""
    opened = []

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # head and body in one segment: no wait for an ack

        def setup(self):
            super().setup()
            opened.append(self)

        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *words):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        serving = threading.Thread(target=server.serve_forever, args=(0.01,))
        serving.start()
        base = f"http://127.0.0.1:{server.server_port}"
        urls = [f"{base}/{number}" for number in range(50)]
        outcome = fetched(model, tool, tmp_path / "out", urls, workers=3)
        server.shutdown()
        serving.join()

    assert [length for _, _, length, _ in outcome] == [2] * 50
    assert len(opened) <= 3


@in_every_fetch
def test_all_forms_send_the_same_header_fields(model, tool, origin, tmp_path):
    """A server that treats clients differently would be what is measured."""
    fetched(model, tool, tmp_path / "out", [origin.base + "/headers"])

    sent = (tmp_path / "out").read_text().lower().splitlines()
    assert [line for line in sent if not line.startswith("connection:")] == [
        "accept-encoding: identity",
        "accept: */*",
        f"host: {origin.base.removeprefix('http://')}",
        "user-agent: threads-vs-asyncio",
    ]


@in_both_models
@settings(max_examples=15, deadline=None)
@given(
    wanted=st.lists(
        st.tuples(
            st.one_of(st.sampled_from([0, 262144, 262145]), st.integers(0, 2 * 262144)),
            st.sampled_from(["length", "chunked", "close"]),
            st.sampled_from([None, None, "short", "reset", "garbage"]),
        ).filter(lambda body: body[1:] != ("close", "short")),  # looks like its end
        max_size=12,
    ),
    workers=st.integers(1, 6),
    tool=st.sampled_from(["url_fetch", "lean_fetch"]),
)
def test_any_list_leaves_a_file_that_its_index_explains(
    model, tool, origin, tmp_path_factory, wanted, workers
):
    """Every byte belongs to one line, every line to one URL, whatever failed."""
    output = tmp_path_factory.mktemp("any") / "out"
    urls = [
        origin.url(
            size,
            seed=seed,
            framing=framing,
            **({"fail": fail, "after": size * 2 // 3} if fail else {}),
        )
        for seed, (size, framing, fail) in enumerate(wanted)
    ]

    outcome = fetched(model, tool, output, urls, workers=workers, retries=0)

    assert sorted(entry["url"] for entry in entries(output)) == sorted(urls)
    assert_whole(output)
    for (*_, error), (size, _, fail) in zip(outcome, wanted, strict=True):
        assert (error is not None) == (fail is not None) or size == 0


@in_both_models
@pytest.mark.parametrize("name", ["url_fetch", "lean_fetch"])
def test_the_catalogue_calls_a_fetch_and_knows_a_wrong_outcome(model, name, origin):
    """A figure is only taken of a run that brought everything."""
    pair = PAIRS[name]
    workload = Workload(operations=30, workers=3, body_bytes=99, origin=origin.base)
    options = dict(pair.options(workload))

    outcome = model.run(pair, options)

    assert pair.wrong(outcome, options) is None
    assert "or not in their order" in pair.wrong(outcome[:-1], options)
    url, *_ = outcome[7]
    lost = [*outcome[:7], (url, 200, 98, None), *outcome[8:]]
    assert "status 200 and 98 bytes" in pair.wrong(lost, options)
    failed = [*outcome[:7], (url, 404, None, "404 Not Found"), *outcome[8:]]
    assert pair.wrong(failed, options) == f"{url}: 404 Not Found"


@in_both_models
def test_a_log_that_fails_ends_the_run_and_leaves_a_right_file(model, origin, tmp_path):
    """The caller's own error reaches the caller, and no worker is left waiting."""

    class ToldError(Exception):
        pass

    def fail_at_the_third(name, event, url, *what):
        if event == "stored" and url.endswith("seed=2"):
            raise ToldError

    urls = [*origin.urls(6, 1000), *[origin.url(9, fail="silent")] * 4]
    with pytest.raises((ToldError, ExceptionGroup)) as caught:
        fetched(
            model,
            "url_fetch",
            tmp_path / "out",
            urls,
            log=fail_at_the_third,
            idle_timeout=60,  # seconds; never waited for
        )

    assert "ToldError" in repr(caught.value)
    assert_whole(tmp_path / "out")


def test_a_library_call_needs_no_terminal_library():
    """rich is for the command line: 8 MiB of memory that a fetch does not need."""
    code = "import sys, threaded.url_fetch; sys.exit('rich' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.skipif(
    sys.platform in ("darwin", "win32"), reason="the system has proxies of its own"
)
@pytest.mark.parametrize("package", ["threaded", "asyncio_impl"])
def test_a_start_loads_nothing_that_few_fetches_need(package, tmp_path):
    """Tables of host names, dates of e-mail, a second client: a third of a start."""
    seldom = {
        "idna",
        "email.utils",
        "http.client",
        "urllib.request",
        "aiohttp",
        "urllib3",
        "random",
        "tempfile",
    }
    (tmp_path / "urls").write_text("http://127.0.0.1:1/\n")
    code = (
        "import atexit, runpy, sys\n"
        "atexit.register(lambda: print(*sys.modules))\n"
        f"runpy.run_module('{package}.lean_fetch', run_name='__main__')"
    )
    arguments = [str(tmp_path / "urls"), "-o", str(tmp_path / "out"), "--retries", "0"]
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy")
    }

    ended = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True,
        check=False, env=environment, cwd=ROOT,
    )  # fmt: skip

    assert ended.returncode == 1, ended.stderr
    assert "fetching.answer" in ended.stdout.split()
    assert not seldom & set(ended.stdout.split())


class WaitingSession:
    """A session whose answers never come, until it is closed."""

    soon = None

    def __init__(self, workers, options):
        self.options = options
        self.ended = threading.Event()
        self.in_time = []  # whether each wait was ended by `close`

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        self.ended.set()

    def get(self, target, deadline):
        self.in_time.append(self.ended.wait(5))
        raise SessionClosedError


def test_an_interrupt_while_workers_are_started_ends_those_that_wait(
    tmp_path, monkeypatch
):
    """On a busy machine the first ones wait for answers before the last ones start."""
    made = []

    class Interrupted(url_fetch.ThreadPoolExecutor):
        def submit(self, *job):
            if made[0].in_time or self._threads:
                raise KeyboardInterrupt
            return super().submit(*job)

    def connect(workers, options):
        made.append(WaitingSession(workers, options))
        return made[0]

    monkeypatch.setattr(url_fetch, "ThreadPoolExecutor", Interrupted)
    fetch = url_fetch.Fetch(str(tmp_path / "out"))

    with pytest.raises(KeyboardInterrupt):
        url_fetch.run(fetch, ["http://127.0.0.1/"] * 3, workers=3, connect=connect)

    assert made[0].in_time == [True]
