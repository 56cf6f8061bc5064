"""Certificates are verified alike in every form, and so are the ways around them."""

import contextlib
import socket
import threading

import pytest
from fetches import assert_whole, each_program, fetched, in_every_fetch
from test_fetch_command import fetch

from bench.origin import Origin
from bench.origin.certificates import KINDS


@pytest.fixture(scope="module", params=KINDS)
def secure(request):
    """An origin in TLS for each kind of certificate."""
    with Origin(tls=request.param) as running:
        yield running


@pytest.fixture(scope="module")
def good():
    with Origin(tls="good") as running:
        yield running


REASONS = {
    "good": None,
    "expired": "TLS: certificate has expired",
    "self-signed": "TLS: self-signed certificate",
    "wrong-host": "TLS: ip address mismatch, certificate is not valid for '127.0.0.1'.",
}


@in_every_fetch
def test_a_bad_certificate_is_a_failure(model, tool, secure, tmp_path):
    """Whose bytes they are could not be told."""
    urls = secure.urls(3, 1000)

    outcome = fetched(model, tool, tmp_path / "out", urls, ca=secure.authority)

    assert [error for *_, error in outcome] == [REASONS[secure.tls]] * 3
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_a_certificate_of_an_unknown_authority_is_a_failure(
    model, tool, good, tmp_path
):
    """The system does not know the authority that was made for the test."""
    outcome = fetched(model, tool, tmp_path / "out", good.urls(1, 10))

    assert [error for *_, error in outcome] == [
        "TLS: unable to get local issuer certificate"
    ]


@in_every_fetch
def test_insecure_takes_any_certificate(model, tool, secure, tmp_path):
    """That is what it says."""
    urls = secure.urls(3, 1000)

    outcome = fetched(model, tool, tmp_path / "out", urls, insecure=True)

    assert [error for *_, error in outcome] == [None] * 3
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_bodies_in_tls_are_whole(model, tool, good, tmp_path):
    """Of every size and framing, on kept connections, beside failures."""
    sizes = [0, 1, 65536, 262145, 3_000_000]
    urls = [
        good.url(size, seed=seed, framing=framing)
        for seed, size in enumerate(sizes)
        for framing in ("length", "chunked", "close")
    ]
    cut = [good.url(900_000, fail="reset"), good.url(9, status=404)]

    outcome = fetched(
        model, tool, tmp_path / "out", [*urls, *cut], ca=good.authority, retries=0
    )

    assert [error for *_, error in outcome] == [
        *[None] * 15,
        "the connection was lost before all 900000 bytes came",
        "404 Not Found",
    ]
    assert_whole(tmp_path / "out")


@in_every_fetch
def test_plain_http_where_tls_is_expected_is_a_failure(model, tool, origin, tmp_path):
    """A mistyped scheme is named, not waited for."""
    url = origin.url(1).replace("http:", "https:")

    outcome = fetched(model, tool, tmp_path / "out", [url], retries=0)

    assert outcome[0][-1].startswith("TLS: ")


@in_every_fetch
def test_a_name_is_verified_as_a_name(model, tool, good, tmp_path):
    """The certificate is for localhost too; a trailing dot is no other name."""
    base = good.base.replace("127.0.0.1", "LocalHost.")
    urls = [base + "/bytes/10?seed=1"]

    outcome = fetched(model, tool, tmp_path / "out", urls, ca=good.authority)

    assert outcome == [(urls[0], 200, 10, None)]


@pytest.fixture(scope="module")
def six():
    """An origin on IPv6 alone."""
    with contextlib.ExitStack() as until_the_end:
        try:
            running = until_the_end.enter_context(Origin(host="::1"))
        except RuntimeError:
            pytest.skip("this machine has no IPv6")
        yield running


@in_every_fetch
def test_ipv6_only_is_reached(model, tool, six, tmp_path):
    """An address in brackets, and nothing on IPv4."""
    outcome = fetched(model, tool, tmp_path / "out", six.urls(3, 1000))

    assert [error for *_, error in outcome] == [None] * 3
    assert_whole(tmp_path / "out")


@pytest.mark.long
@each_program
def test_insecure_is_loud_and_a_bad_authority_is_one_line(package, good, tmp_path):
    """Even when quiet was asked for."""
    (tmp_path / "urls").write_text(good.url(10))
    (tmp_path / "empty.pem").write_text("nothing")
    call = [package, tmp_path / "urls", "-o", tmp_path / "out", "-q"]

    loud = fetch(*call, "--insecure")
    trusted = fetch(*call, "--ca", good.authority)
    absent = fetch(*call, "--ca", tmp_path / "none.pem")
    empty = fetch(*call, "--ca", tmp_path / "empty.pem")

    assert (loud.returncode, loud.stderr) == (
        0,
        "warning: certificates are NOT verified (--insecure)\n",
    )
    assert (trusted.returncode, trusted.stderr) == (0, "")
    for ended in (absent, empty):
        assert ended.returncode == 2
        assert ended.stderr.startswith("error: cannot read certificates from ")
        assert len(ended.stderr.splitlines()) == 1


class Proxy:
    """Passes on whole URLs and tunnels, and counts them."""

    def __init__(self, refuse=False):
        self.refuse = refuse
        self.heads = []

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.threads = [threading.Thread(target=self.accept)]
        self.threads[0].start()
        return self

    def __exit__(self, *failed):
        with contextlib.suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for thread in self.threads:
            thread.join()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self.server.accept()
                thread = threading.Thread(target=self.serve, args=(connection,))
                self.threads.append(thread)
                thread.start()

    def serve(self, client):
        with client, contextlib.suppress(OSError):
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                byte = client.recv(1)
                if not byte:
                    return
                head += byte
            self.heads.append(head)
            if self.refuse:
                client.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
                return
            method, place, _ = head.split(b" ", 2)
            if method == b"CONNECT":
                host, _, port = place.decode().rpartition(":")
                first = b""
            else:
                host, _, port = place.decode().split("/")[2].rpartition(":")
                first = head.replace(place, b"/" + place.split(b"/", 3)[3], 1)
                first = first.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
            with socket.create_connection((host, int(port))) as upstream:
                if first:
                    upstream.sendall(first)
                else:
                    client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                back = threading.Thread(target=pipe, args=(upstream, client))
                back.start()
                pipe(client, upstream)
                back.join()


def pipe(source, target):
    with contextlib.suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
    for each in (source, target):
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)


@in_every_fetch
def test_a_proxy_carries_http_and_tunnels_https(model, tool, origin, good, tmp_path):
    """With its own password, which no origin sees."""
    urls = [*origin.urls(2, 1000), *good.urls(2, 1000), origin.base + "/headers"]
    with Proxy() as proxy:
        address = f"http://me:secret@{proxy.address}"
        outcome = fetched(
            model,
            tool,
            tmp_path / "out",
            urls,
            workers=1,
            ca=good.authority,
            proxies={"http": address, "https": address},
        )

    assert [error for *_, error in outcome] == [None] * 5
    kinds = [head.split(b" ")[0] for head in proxy.heads]
    assert kinds.count(b"CONNECT") >= 1
    assert kinds.count(b"GET") == 3
    credentials = b"proxy-authorization: basic bwu6c2vjcmv0"
    assert all(credentials in head.lower() for head in proxy.heads)
    end = entries_end(tmp_path / "out")
    assert b"secret" not in end


def entries_end(output):
    return output.read_bytes()[-400:]


@in_every_fetch
def test_no_proxy_is_gone_around(model, tool, origin, tmp_path):
    """As the environment says."""
    outcome = fetched(
        model,
        tool,
        tmp_path / "out",
        origin.urls(2, 1000),
        proxies={"http": "http://127.0.0.1:1", "no": "127.0.0.1"},
    )

    assert [error for *_, error in outcome] == [None] * 2


@in_every_fetch
def test_a_proxy_that_refuses_is_named(model, tool, good, tmp_path):
    """The reason is not the origin's."""
    with Proxy(refuse=True) as proxy:
        outcome = fetched(
            model,
            tool,
            tmp_path / "out",
            good.urls(1, 10),
            retries=0,
            ca=good.authority,
            proxies={"https": proxy.address},
        )

    assert [error for *_, error in outcome] == ["the proxy refuses a tunnel: 403"]
