"""A request of requests with aiohttp: what differs is written out, and closed."""

import asyncio
from textwrap import dedent

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

HEAD = """
import requests
class Client:
    def __init__(self):
        self.session = requests.Session()
    def close(self):
        self.session.get("/bye")
    def get(self, url, limit=None):
        {line}
"""


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", dedent(text).lstrip("\n"))}))


def drafted(line):
    (draft,) = drafts(graph_of(HEAD.format(line=line)))
    compile(draft, "draft", "exec")
    return draft


SENT = [
    ("self.session.get(url).text", 'response.text(errors="replace")'),
    ("self.session.get(url).content", "response.read()"),
    ("self.session.post(url, json=limit)", "await response.read()"),
    ("self.session.get(url).json()", "response.json(content_type=None)"),
    (
        "self.session.get(url, timeout=10).text",
        "aiohttp.ClientTimeout(total=None, sock_connect=10, sock_read=10)",
    ),
    (
        "self.session.get(url, timeout=(3, 20)).text",
        "aiohttp.ClientTimeout(total=None, sock_connect=3, sock_read=20)",
    ),
    (
        "self.session.get(url, timeout=None).text",
        "timeout=aiohttp.ClientTimeout(total=None), ",
    ),
    ("self.session.get(url, params=limit).text", "params=limit, max_redirects=30)"),
    ("self.session.get(url, allow_redirects=False).text", "redirects=False) as"),
    ("self.session.head(url).text", "self.session.head(url) as"),
    ("self.session.get(url, auth=('a', 'b')).text", "auth=aiohttp.BasicAuth('a', 'b')"),
    ("self.session.get(url, verify=False).text", "ssl=False, max_redirects"),
    ("self.session.get(url, verify=True).text", "get(url, max_redirects=30)"),
    (
        "requests.get(url).text",
        "async with aiohttp.ClientSession(**as_requests()) as session, session",
    ),
]


@pytest.mark.parametrize(("sent", "becomes"), SENT, ids=[one for one, _ in SENT])
def test_a_request_keeps_what_requests_does(sent, becomes):
    """aiohttp limits the whole transfer, follows 10 redirects and decodes strictly."""
    draft = drafted(sent if sent.startswith("self.session.post") else f"return {sent}")

    assert becomes in draft
    assert "# port:" not in draft


KEPT_OPEN = [
    "return self.session.get(url, files=limit).text",
    "return self.session.get(url, proxies=limit).text",
    "with self.session.get(url, files=limit) as answer: pass",
]
KEPT = """
import requests
def ask(url, log):
    answer = requests.get(url, timeout=(5, 5))
    answer.raise_for_status()
    log.append((answer.status_code, answer.ok, answer.text.upper(), answer.content))
    return answer
def main(url):
    log = []
    try:
        found = ask(url, log)
        log.append(found.json())
        ask(url + "gone", log)
    except requests.exceptions.HTTPError:
        log.append("refused")
    return log
"""


@pytest.mark.parametrize("line", KEPT_OPEN)
def test_a_request_that_is_not_that_simple_is_told(line):
    """aiohttp has no such argument; a response is read inside its `async with`."""
    draft = drafted(line)

    assert "# port: aiohttp: async with" in draft
    assert line in draft


def test_each_difference_is_said_once_in_the_plan():
    """The plan says why the line is so long; the draft needs no decision."""
    line = "return self.session.get(url, timeout=9).text"
    (one,) = plan(graph_of(HEAD.format(line=line)))
    (edit,) = [e for f in one.functions for e in f.edits if e.now == line]

    assert "a text is latin-1, as in requests" in edit.do
    assert "for connecting and for each read" in edit.do
    assert "follows 30 redirects" in edit.do
    assert one.needs == ("aiohttp",)


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_response_that_is_kept_is_asked_as_it_was():
    """Its status, its text, its bytes and its JSON, in other functions too."""
    pytest.importorskip("aiohttp")
    (draft,) = drafts(graph_of(KEPT))
    assert "# port:" not in draft

    async def answer(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        status = b"404 Not Found" if b"gone" in head else b"200 OK"
        writer.write(b"HTTP/1.0 " + status + b"\r\nContent-Type: text/x\r\n\r\n[true]")
        await writer.drain()
        writer.close()

    async def main():
        space = {"__name__": "draft"}
        exec(compile(draft, "draft", "exec"), space)
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            return await space["main"](f"http://127.0.0.1:{port}/")

    found = asyncio.run(asyncio.wait_for(main(), 10))
    assert found == [(200, True, "[TRUE]", b"[true]"), [True], "refused"]


def test_what_a_response_of_aiohttp_lacks_is_told():
    """`elapsed` has no counterpart."""
    (draft,) = drafts(
        graph_of("""
        import requests
        def f():
            answer = requests.get("x")
            return answer.elapsed
    """)
    )

    assert "# port: a response of aiohttp has no elapsed" in draft


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_draft_reads_bytes_that_are_no_utf_8():
    """A strict reader would raise UnicodeDecodeError where requests gave a text."""
    pytest.importorskip("aiohttp")
    draft = drafted("return self.session.get(url, timeout=(5, 5)).text")

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: a/b\r\n\r\nd\xe9j\xe0")
        await writer.drain()
        writer.close()

    async def main():
        space = {"__name__": "draft"}
        exec(compile(draft, "draft", "exec"), space)
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            port = server.sockets[0].getsockname()[1]
            client = space["Client"]()
            try:
                return await client.get(f"http://127.0.0.1:{port}/")
            finally:
                await client.session.close()

    assert asyncio.run(asyncio.wait_for(main(), 10)) == "d\ufffdj\ufffd"


def test_a_draft_closes_the_session_where_its_owner_ends():
    """aiohttp warns of one that is left open."""
    draft = drafted("return self.session.get(url).text")

    closing = draft[draft.index("async def close") : draft.index("async def get")]
    assert closing.strip().endswith("await self.session.close()")
    assert "unclosed-session" not in {one.rule for one in mistakes(graph_of(draft))}


OWNERS = [
    "class A:\n    def __init__(self): self.s = requests.Session()\n"
    "    def get(self): return self.s.get('x').text",
    "def main():\n    s = requests.Session()\n    return s.get('x').text",
]


@pytest.mark.parametrize("text", OWNERS)
def test_a_session_that_nothing_ends_is_told_and_found(text):
    """In the draft, and in the port as long as nothing is done."""
    (draft,) = drafts(graph_of(f"import requests\n{text}\n"))

    assert "close" in draft.partition("# port: ")[2]
    assert "unclosed-session" in {one.rule for one in mistakes(graph_of(draft))}


CLOSED = [
    "async with aiohttp.ClientSession() as s: pass",
    "s = aiohttp.ClientSession()\n    await s.close()",
    "s = aiohttp.ClientSession()\n    async with s: pass",
    "return aiohttp.ClientSession()",
    "s = aiohttp.ClientSession()\n    return s",
    "s = await stack.enter_async_context(aiohttp.ClientSession())",
    "s = httpx.AsyncClient()\n    await s.aclose()",
    "keep(aiohttp.ClientSession())",
]
OPEN = [
    "s = aiohttp.ClientSession()\n    await s.get('x')",
    "aiohttp.ClientSession()",
    "s = httpx.AsyncClient()\n    await s.get('x')",
    "x.s = aiohttp.ClientSession()",
]


def rules(line):
    text = f"import aiohttp, httpx\nasync def f(stack, keep, x):\n    {line}\n"
    return {one.rule for one in mistakes(graph_of(text))}


@pytest.mark.parametrize("line", CLOSED)
def test_a_session_that_is_closed_or_handed_on_is_right(line):
    """Who is handed one closes it."""
    assert "unclosed-session" not in rules(line)


@pytest.mark.parametrize("line", OPEN)
def test_a_session_that_stays_open_is_a_mistake(line):
    """Its connections stay open until the process ends."""
    assert "unclosed-session" in rules(line)


def test_a_session_has_no_plain_with():
    """aiohttp raises TypeError."""
    assert "plain-with" in rules("with aiohttp.ClientSession() as s: pass")


NO_HOSTS = ["http://.example/", "http://a..b/", "http://[::1/", "nothing", "ftp://x/"]


@pytest.mark.parametrize("url", NO_HOSTS)
@pytest.mark.parametrize("read", ["text", "json()"])
def test_a_request_to_no_host_is_caught_as_with_requests(url, read):
    """aiohttp raises a UnicodeError for some names, which ends a worker in silence."""
    (draft,) = drafts(
        graph_of(f"""
        import requests
        def main(url):
            try:
                return requests.get(url, timeout=5).{read}
            except requests.RequestException:
                return "caught"
        """)
    )
    space = {"__name__": "draft"}
    exec(compile(draft, "draft", "exec"), space)

    assert asyncio.run(asyncio.wait_for(space["main"](url), 5)) == "caught"


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("requests.exceptions.InvalidURL", "(aiohttp.InvalidURL, UnicodeError)"),
        ("requests.ConnectTimeout", "aiohttp.ConnectionTimeoutError"),
        ("requests.exceptions.JSONDecodeError", "ValueError"),
    ],
)
def test_an_exception_of_requests_has_its_name_in_aiohttp(name, becomes):
    """A name that is left would need requests, and catch nothing."""
    (draft,) = drafts(
        graph_of(f"""
        import requests
        def main(url):
            try:
                return requests.get(url).text
            except {name}:
                return ""
        """)
    )

    assert f"except {becomes}:" in draft


ASKS = """
import requests
class Client:
    def __init__(self):
        self.session = requests.Session()
    def close(self):
        self.session.get(self.base + "/bye")
    def asked(self, base):
        self.base = base
        first = self.session.get(base + "/first").text
        again = self.session.get(base + "/again").text
        return first, again
"""


def answered(head):
    """Text in latin-1 that says what was asked for, and with which cookie."""
    asked = head.split(b"\r\n")[0].split()[1]
    cookie = b"c=1" if b"c=1" in head else b"none"
    start = b"HTTP/1.0 200 OK\r\nSet-Cookie: c=1\r\nContent-Type: text/plain\r\n\r\n"
    return start + b"\xe9 " + asked + b" " + cookie


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("through", ["the address", "a proxy"])
def test_a_session_does_what_one_of_requests_does(through, monkeypatch):
    """Cookies of an IP address, latin-1 for a text of no encoding, HTTP_PROXY."""
    pytest.importorskip("aiohttp")
    (draft,) = drafts(graph_of(ASKS))
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)

    async def answer(reader, writer):
        writer.write(answered(await reader.readuntil(b"\r\n\r\n")))
        await writer.drain()
        writer.close()

    async def main():
        space = {"__name__": "draft"}
        exec(compile(draft, "draft", "exec"), space)
        async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
            address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            asked = address
            if through == "a proxy":
                monkeypatch.setenv("HTTP_PROXY", address)
                monkeypatch.setenv("http_proxy", address)
                asked = "http://192.0.2.1"  # TEST-NET-1: no such host
            client = space["Client"]()
            try:
                return asked, await client.asked(asked)
            finally:
                await client.close()

    asked, found = asyncio.run(asyncio.wait_for(main(), 10))
    sent = asked if through == "a proxy" else ""
    assert found == (f"\xe9 {sent}/first none", f"\xe9 {sent}/again c=1")


def test_a_space_in_an_address_is_told():
    """aiohttp sends it as +, requests as %20."""
    line = "return self.session.get('http://h/?q=a b').text"
    (one,) = plan(graph_of(HEAD.format(line=line)))
    (edit,) = [e for f in one.functions for e in f.edits if e.now == line]

    assert "a space in an address" in edit.do


@pytest.mark.parametrize(
    "line",
    [
        "self.session.headers['x'] = 'y'",
        "self.session.headers.update(x='y')",
        "self.session.auth = ('me', 'secret')",
        "self.session.mount('https://', adapter)",
        "self.session.verify = False",
    ],
)
def test_what_is_set_on_a_session_is_told(line):
    """A session of aiohttp is given it when it is made: its headers are read-only."""
    draft = drafted(f"""
        import requests
        class Api:
            def __init__(self, adapter=None):
                self.session = requests.Session()
                {line}
            def get(self, url):
                return self.session.get(url).text
            def close(self):
                self.session.close()
    """)

    lines = [text.strip() for text in draft.splitlines()]
    assert lines[lines.index(line) - 1].startswith("# port: aiohttp takes ")


ASKING = """
import requests
class Shop:
    def __init__(self):
        self.session = requests.Session()
    def close(self):
        self.session.close()
    def ask(self, verb, path, **options):
        answer = self.session.request(verb, path, timeout=(1, 9), **options)
        return answer
    def names(self, path):
        return [one["name"] for one in self.ask("GET", path).json()]
    def state(self, path):
        return self.ask("HEAD", path).status_code, self.ask("GET", path).text.upper()
"""


def test_a_response_of_an_own_function_is_read_where_it_is_asked():
    """`self.ask(path).text` is a method of aiohttp's response, which is awaited."""
    (draft,) = drafts(graph_of(ASKING))
    compile(draft, "draft", "exec")

    assert 'in await (await self.ask("GET", path)).json(content_type=None)]' in draft
    assert '(await self.ask("HEAD", path)).status, ' in draft
    assert (
        '(await (await self.ask("GET", path)).text(errors="replace")).upper()' in draft
    )


def test_arguments_that_are_handed_on_are_told():
    """`**options` may hold what aiohttp does not take; the rest of the call is sure."""
    (draft,) = drafts(graph_of(ASKING))

    assert "sock_connect=1, sock_read=9), **options" in draft
    assert "# port: what options holds is given to aiohttp as it is" in draft
