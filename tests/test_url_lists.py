"""Lists and URLs: one rule for all forms of what is a line, a host, a secret."""

import io
import re
import subprocess
import sys

import pytest
from fetches import (
    PROGRAMS,
    assert_whole,
    each_program,
    entries,
    fetched,
    in_every_fetch,
)
from hypothesis import given
from hypothesis import strategies as st
from scripted_server import ScriptedServer
from test_fetch_command import ROOT, fetch

from fetching.failure import FetchError
from fetching.options import Options
from fetching.request import fields_of
from fetching.target import masked, target_of, unusual
from fetching.url_list import UrlList, listed


@pytest.mark.parametrize(
    ("content", "urls"),
    [
        (b"a\nb\r\nc\rd", ["a", "b", "c", "d"]),
        (b"a\x0bb\na\x0cb\n", ["a\x0bb", "a\x0cb"]),
        ("a\x85b\na\u2028b\na\u2029b".encode(), ["a\x85b", "a\u2028b", "a\u2029b"]),
        (b"a\x1cb\x1db\x1eb", ["a\x1cb\x1db\x1eb"]),
        (b"\xef\xbb\xbfa\nb", ["a", "b"]),
        ("a\nä".encode("utf-16"), ["a", "ä"]),
        (b"\xfe\xff" + "a\nä".encode("utf-16-be"), ["a", "ä"]),
        (b"\xff\n", ["\\xff"]),
        (b"\n # a\n#b\n \t\n c \n", ["c"]),
        (b"", []),
    ],
)
def test_a_list_has_a_url_a_line(tmp_path, content, urls):
    """Other programs end lines only so; a URL with such a letter in it is named."""
    (tmp_path / "urls").write_bytes(content)
    found = UrlList(str(tmp_path / "urls"))

    assert list(found) == urls
    assert list(found) == urls  # again, as for counting
    found.close()


def test_a_list_in_utf16_without_mark_is_refused(tmp_path):
    """Each line would be a failure of its own, and none would say why."""
    (tmp_path / "urls").write_bytes("http://a/\nhttp://b/".encode("utf-16-le"))

    with pytest.raises(ValueError, match="not text in UTF-8; save it in UTF-8"):
        UrlList(str(tmp_path / "urls"))


def test_a_list_is_read_as_it_is_needed():
    """A million lines must not be held for the first."""
    lines = iter(["http://a/\n"] * 3)

    assert next(listed(lines)) == "http://a/"
    assert len(list(lines)) == 2


def test_a_list_from_a_pipe_can_be_read_twice(monkeypatch):
    """It is counted first, and then fetched."""
    pipe = io.TextIOWrapper(io.BytesIO(b"http://a/\nhttp://b/\n"))
    monkeypatch.setattr(sys, "stdin", pipe)
    found = UrlList("-")

    assert list(found) == list(found) == ["http://a/", "http://b/"]
    found.close()


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        ("http://example.com", "http://example.com/"),
        ("HTTP://EXAMPLE.com./a?b#c", "http://example.com/a?b"),
        ("http://example.com:80/", "http://example.com/"),
        ("https://example.com:443/", "https://example.com/"),
        ("https://example.com:80/", "https://example.com:80/"),
        ("http://example.com?a=b", "http://example.com/?a=b"),
        ("http://bücher.example/ä?ö", "http://xn--bcher-kva.example/%C3%A4?%C3%B6"),
        ("http://faß.de/", "http://xn--fa-hia.de/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://[0:0::1]/", "http://[::1]/"),
        ("http://127.0.0.1/%41%zz", "http://127.0.0.1/%41%zz"),
        ("http://a_b.example/", "http://a_b.example/"),
        ("http://me:secret@a.example/", "http://a.example/"),
    ],
)
def test_a_url_is_sent_so(url, sent):
    """By one rule, before any library sees it."""
    assert target_of(url).url == sent


@pytest.mark.parametrize(
    "url",
    [
        "http://127.1/",
        "http://0x7f.0.0.1/",
        "http://017700000001/",
        "http://127.0.0.256/",
        "http://127.0.0.01/",
        "http://1.2.3.4.5/",
        "http://a..b/",
        "http://-a/",
        "http://a-/",
        f"http://{'a' * 64}/",
        f"http://{'a.' * 130}a/",
        "http://a b/",
        "http://a/b c",
        "http://a\tb/",
        "http://a%20b/",
        "http://[::1/",
        "http://::1/",
        "http://[v1.x]/",
        "http://a:b/",
        "http://a:65536/",
        "http://a:-1/",
        "http:///a",
        "http://",
        "http:a",
        "//a/b",
        "gopher://a/",
        "http://a/\x00",
        "http://a/\x85",
        "http://a/\u2028",
        "http://\ud800/",
        "http://ab\u200d/",
        "",
    ],
)
def test_what_is_no_url_is_named(url):
    """And asks nothing of any server."""
    with pytest.raises(FetchError, match=r"^not a URL: "):
        target_of(url)


@given(
    st.from_regex(
        r"https?://[a-z0-9.-]{1,20}(:\d{1,5})?(/[\w/.%?=&-]*)?", fullmatch=True
    )
)
def test_the_short_way_and_the_long_way_agree(url):
    """Most URLs take the short one."""

    def outcome(read):
        try:
            return read(url)
        except FetchError as error:
            return str(error)

    assert outcome(target_of) == outcome(unusual)


@given(st.text(max_size=60))
def test_any_text_is_a_url_or_a_failure(text):
    """One line must not end the fetch."""
    for url in (text, "http://" + text, "http://a/" + text):
        try:
            target = target_of(url)
            target.redirected(text.encode("utf-8", "replace").decode("latin-1"))
        except FetchError:
            pass


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://a/", "http://a/"),
        ("http://me@a/", "http://me@a/"),
        ("http://me:secret@a/", "http://me:***@a/"),
        ("http://me:se:cr:et@a/x?y=z@b", "http://me:***@a/x?y=z@b"),
        ("http://a/x:y@b", "http://a/x:y@b"),
        ("http://me:p@ss@a/", "http://me:***@a/"),
        ("//me:secret@a/", "//me:***@a/"),
        ("me:secret@a/", "me:***@a/"),
    ],
)
def test_a_password_is_masked(url, shown):
    """Others read what is written about it."""
    assert masked(url) == shown


def test_secrets_do_not_follow_to_another_origin():
    """Another port is another origin; back again is not home."""
    options = Options(headers=(("Cookie", "a=b"), ("X-Mine", "1")))
    home = target_of("http://me:secret@a.example/")
    again = home.redirected("/other")
    away = home.redirected("http://b.example/")
    port = home.redirected("http://a.example:81/")
    back = away.redirected("http://a.example/")

    for target in (home, again):
        fields = fields_of(target, options)
        assert fields["Authorization"] == "Basic bWU6c2VjcmV0"
        assert fields["Cookie"] == "a=b"
    for target in (away, port, back):
        fields = fields_of(target, options)
        assert {"Authorization", "Cookie"}.isdisjoint(fields)
        assert fields["X-Mine"] == "1"


@in_every_fetch
def test_a_password_is_sent_home_only_and_written_nowhere(
    model, tool, origin, tmp_path
):
    """Not to the index, not to the log, and not where a redirect leads."""
    said = []
    away = origin.base + "/headers"
    with ScriptedServer([redirect(away)]) as home:
        url = home.base.replace("://", "://me:secret@") + "/hostile/0"
        outcome = fetched(
            model,
            tool,
            tmp_path / "out",
            [url],
            headers=(("Cookie", "a=b"), ("X-Mine", "1"), ("user-agent", "mine")),
            log=lambda *words: said.append(words),
        )

    assert [error for *_, error in outcome] == [None]
    request = home.requests[0].lower()
    assert b"authorization: basic bwu6c2vjcmv0" in request
    assert b"cookie: a=b" in request
    assert request.count(b"user-agent") == 1
    there = (tmp_path / "out").read_text().lower()
    assert "authorization" not in there
    assert "cookie" not in there
    assert "x-mine: 1" in there
    assert "user-agent: mine" in there
    written = repr(said) + (tmp_path / "out.index.jsonl").read_text()
    assert "secret" not in written
    assert "me:***@" in written


def redirect(to):
    from hostile_answers import Hostile

    head = f"HTTP/1.1 302 F\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"
    return Hostile(head.encode(), end="stay")


@pytest.mark.long
@each_program
def test_a_password_is_not_in_what_the_command_says(package, tmp_path):
    """Neither when it fails nor when it tells all."""
    (tmp_path / "urls").write_text("http://me:secret@127.0.0.1:1/\n")

    ended = fetch(package, tmp_path / "urls", "-o", tmp_path / "out", "-v")

    assert "secret" not in ended.stderr
    assert "http://me:***@127.0.0.1:1/" in ended.stderr


@pytest.mark.long
@each_program
def test_options_are_read_strictly(package, origin, tmp_path):
    """What is mistyped is named, with its value."""
    (tmp_path / "urls").write_text(origin.url(1))
    for arguments, wanted in {
        ("--max-bytes", "lots"): "argument --max-bytes: must be a number of bytes",
        ("--max-bytes", "0"): "argument --max-bytes: must be a number of bytes",
        ("--header", "nonsense"): "argument --header: must be like 'Name: value'",
        ("--header", "A: b\nC: d"): "argument --header: must be like 'Name: value'",
        ("--header", "Content-Length: 1"): "argument --header: Content-Length is not",
        ("--rate", "0"): "argument --rate: must be a number from 0.001",
        ("--per-host", "0"): "argument --per-host: must be a number from 1",
        ("--total-timeout", "x"): "argument --total-timeout: must be a number",
        ("--max", "1"): "unrecognized arguments: --max",
    }.items():
        ended = fetch(package, tmp_path / "urls", "-o", tmp_path / "out", *arguments)
        assert ended.returncode == 2
        assert ended.stderr.startswith(f"error: {wanted}"), ended.stderr
        assert len(ended.stderr.splitlines()) == 1


@each_program
def test_every_option_of_the_help_works_together(package, origin, tmp_path):
    """As a person might call it."""
    (tmp_path / "urls").write_text("\n".join(origin.urls(20, 1000)))
    loop = [] if package == "threaded" else ["--loop", "uvloop"]

    ended = fetch(
        package, tmp_path / "urls", "-o", tmp_path / "out", "--connections", "4",
        "--per-host", "2", "--rate", "1000", "--max-bytes", "1M", "--timeout", "5",
        "--connect-timeout", "5", "--total-timeout", "20", "--retries", "2",
        "--backoff", "0.1", "--header", "X-Mine: 1", "--compressed", "--max-ratio",
        "10", *loop,
    )  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    assert_whole(tmp_path / "out")


@pytest.mark.long
def test_trio_is_a_loop_too(origin, tmp_path):
    """Of the third form."""
    (tmp_path / "urls").write_text("\n".join(origin.urls(20, 1000)))
    call = [tmp_path / "urls", "-o", tmp_path / "out", "--loop", "trio"]

    assert fetch(PROGRAMS[2], *call).returncode == 0
    assert_whole(tmp_path / "out")
    assert fetch(PROGRAMS[1], *call).returncode == 2


MEMORY = """
import re, sys, pathlib, runpy
sys.argv[0] = sys.argv.pop(1)
try:
    runpy.run_module(sys.argv[0], run_name="__main__")
finally:
    status = pathlib.Path("/proc/self/status").read_text()
    print(re.search(r"VmHWM:\\s+(\\d+)", status)[1])
"""


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@each_program
def test_memory_does_not_grow_with_the_list(package, tmp_path):
    """No URL here reaches a server, so that many are done quickly."""
    peaks = []
    for count in (2_000, 40_000):
        (tmp_path / "urls").write_text(
            "".join(f"http://127.1/{n}\n" for n in range(count))
        )
        ended = subprocess.run(
            [sys.executable, "-c", MEMORY, f"{package}.url_fetch",
             str(tmp_path / "urls"), "-o", str(tmp_path / "out"), "-q"],
            capture_output=True, text=True, timeout=50, check=False, cwd=ROOT,
        )  # fmt: skip
        assert ended.returncode == 1, ended.stderr
        assert len(entries(tmp_path / "out")) == count
        peaks.append(int(re.search(r"(\d+)", ended.stdout)[1]))

    assert peaks[1] < peaks[0] * 1.1
