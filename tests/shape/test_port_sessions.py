"""A program of requests and its draft say the same of one server on loopback."""

import asyncio
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from textwrap import dedent
from threading import Thread

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.port.plan.plans import plan
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

pytest.importorskip("aiohttp")
WITHIN = 20  # seconds for a program that takes none


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", dedent(text).lstrip("\n"))}))


def draft_of(text):
    (draft,) = drafts(graph_of(text))
    compile(draft, "draft", "exec")
    return draft


class Answers(BaseHTTPRequestHandler):
    """`/name` gives its name and a header; below `/gone` there is nothing.

    The first request for `/dropped` ends its connection without an answer.
    """

    protocol_version = "HTTP/1.1"  # a connection stays open

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path == "/dropped" and self.server.asked.count(self.path) == 1:
            self.close_connection = True
            return
        gone = self.path.startswith("/gone")
        body = f"{self.path} {self.headers.get('X-Key', '')}".encode()
        self.send_response(404 if gone else 200)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - the name that the library calls

    def log_message(self, *given):
        """Say nothing."""


@contextmanager
def serving():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.asked = []
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(WITHIN)


def given_by(text, form):
    """What `main(url)` of a program gives: as it is, or of its draft."""
    if form == "threads":
        pytest.importorskip("requests")
    space = {"__name__": "program"}
    source = draft_of(text) if form == "asyncio" else dedent(text)
    exec(compile(source, form, "exec"), space)
    with serving() as url:
        if form == "threads":
            return space["main"](url)
        return asyncio.run(asyncio.wait_for(space["main"](url), WITHIN))


DROPPED = """
import requests
def main(url):
    session = requests.Session()
    first = session.get(url + "/a", timeout=5).text
    seen = [first]
    try:
        text = session.get(url + "/dropped", timeout=5).text
        seen.append(text)
    except requests.ConnectionError:
        seen.append("raised")
    finally:
        session.close()
    return seen
"""


@pytest.mark.parametrize("form", ["threads", "asyncio"])
@pytest.mark.parametrize("by", ["session", "requests"])
def test_aiohttp_sends_a_get_once_more_where_its_connection_drops(by, form):
    """requests raises, on a connection that is reused and on a new one."""
    text = DROPPED.replace("session.get(", f"{by}.get(")

    end = {"threads": "raised", "asyncio": "/dropped "}[form]
    assert given_by(text, form) == ["/a ", end]


@pytest.mark.parametrize("form", ["threads", "asyncio"])
def test_no_form_sends_a_post_once_more(form):
    """It may have done its work: both raise."""
    text = DROPPED.replace('session.get(url + "/dr', 'session.post(url + "/dr')

    assert given_by(text, form) == ["/a ", "raised"]


@pytest.mark.parametrize(("verb", "told"), [("get", True), ("post", False)])
def test_the_plan_says_that_a_request_is_sent_once_more(verb, told):
    """Of a GET and the like alone."""
    text = DROPPED.replace("session.get(", f"session.{verb}(")
    (one,) = plan(graph_of(text))
    (do,) = [e.do for f in one.functions for e in f.edits if "dropped" in e.now]

    assert ("aiohttp sends a GET and the like once more" in do) == told


CLOSED = """
import requests
class Client:
    def __init__(self):
        self.session = requests.Session()
    def load(self, url):
        return self.session.get(url).text
    def once(self, url):
        try:
            return self.load(url)
        finally:
            self.session.close()
def plain(url):
    session = requests.Session()
    text = session.get(url).text
    session.close()
    return text
def entered(url):
    with requests.Session() as session:
        return session.get(url).text
def asked(url):
    with requests.Session() as session, session.get(url, timeout=(3, 5)) as response:
        return response.status_code
def main(url):
    return [Client().once(url + "/a"), plain(url + "/b"), entered(url + "/c")]
"""
BEHIND = """
import threading
import requests
local = threading.local()
def session() -> requests.Session:
    if not hasattr(local, "session"):
        local.session = requests.Session()
    return local.session
def load(url):
    with session().get(url, timeout=(3, 5)) as response:
        response.raise_for_status()
        return response.status_code, response.text
def main(url):
    try:
        text = session().get(url + "/b", timeout=3).text
        return [load(url + "/a"), text]
    finally:
        session().close()
"""
RAISED = """
import requests
AGAIN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
class Busy(requests.RequestException):
    pass
def load(url, kind):
    response = requests.get(url, timeout=5)
    if kind == "connection":
        raise requests.ConnectionError("busy")
    if kind == "given":
        raise requests.HTTPError("bad", response=response)
    if kind == "bare":
        raise requests.Timeout
    if kind == "any":
        raise requests.exceptions.RequestException("any") from None
    if kind == "own":
        raise Busy("own")
    response.raise_for_status()
    return response.text
def main(url):
    seen = []
    for kind in ("connection", "given", "bare", "any", "own", "gone", "none"):
        try:
            seen.append(load(url + "/" + kind, kind))
        except AGAIN as error:
            seen.append(["again", isinstance(error, requests.ConnectionError)])
        except requests.HTTPError as error:
            code = error.response.status_code
            seen.append([code, error.response is None])
        except requests.RequestException as error:
            seen.append([isinstance(error, Busy), error.response is not None])
    return seen
"""
OWN_NAMES = """
import requests
def main(url):
    session = requests.Session()
    response = session.get(url + "/a")
    text = session.get(url + "/b").text
    other = requests.get(url + "/c").text
    session.close()
    return [response.text, text, other, response.status_code]
"""
STREAMED = """
import requests
def main(url):
    with requests.get(url + "/abcdef", stream=True, timeout=(3, 5)) as response:
        response.raise_for_status()
        found = b""
        for chunk in response.iter_content(chunk_size=2):
            found += chunk
    return [found]
"""
FORMATTED = """
import requests
def main(url):
    answer = requests.get(url + "/a")
    one = f"{answer.status_code} {answer.text!r:>6}"
    two = f'{answer.text} {answer.ok}'
    three = f\"\"\"{answer.text}\"\"\"
    try:
        if answer.ok:
            raise requests.HTTPError(f"{answer.status_code}", response=answer)
    except requests.HTTPError as error:
        return [one, two, three, error.response.status_code]
"""
AT_ONCE = """
import requests
from contextlib import closing
def inline(url):
    return requests.Session().get(url).text
def wrapped(url):
    with closing(requests.Session()) as session:
        return session.get(url).text
def answered(url):
    with closing(requests.get(url, stream=True)) as response:
        return response.text
def main(url):
    return [inline(url + "/a"), wrapped(url + "/b"), answered(url + "/c")]
"""
GIVEN = {
    "at once": (AT_ONCE, ["/a ", "/b ", "/c "]),
    "formatted": (FORMATTED, ["200  '/a '", "/a  True", "/a ", 200]),
    "streamed": (STREAMED, [b"/abcdef "]),
    "names of its own": (OWN_NAMES, ["/a ", "/b ", "/c ", 200]),
    "closed": (CLOSED, ["/a ", "/b ", "/c "]),
    "behind a function": (BEHIND, [(200, "/a "), "/b "]),
    "raised": (
        RAISED,
        [
            *(["again", True], [200, False], [False, False], [False, False]),
            *([True, False], [404, False], "/none "),
        ],
    ),
}


@pytest.mark.parametrize("form", ["threads", "asyncio"])
@pytest.mark.parametrize("name", GIVEN)
def test_a_program_of_requests_and_its_draft_give_the_same(name, form):
    """Sessions are closed and entered, errors raised and caught, by both names."""
    text, expected = GIVEN[name]

    assert given_by(text, form) == expected


@pytest.mark.parametrize("name", GIVEN)
def test_such_a_draft_has_no_mistake(name):
    """No session stays open, and none of its raises is of requests."""
    found = {one.rule for one in mistakes(graph_of(draft_of(GIVEN[name][0])))}

    assert found <= {"undecided"}
    assert ("undecided" in found) == (name == "behind a function")


@pytest.mark.parametrize("name", GIVEN)
def test_such_a_draft_names_nothing_of_requests(name):
    """Annotations, bases and tuples of exceptions too: it is not imported."""
    code = [
        line for line in draft_of(GIVEN[name][0]).split("\n") if "# port:" not in line
    ]

    assert "requests." not in "\n".join(code).replace("as_requests", "")


def test_a_session_of_a_thread_is_told_to_be_shared():
    """Tasks can use one session together; one for each job would stay open."""
    assert "# port: tasks can share one session" in draft_of(BEHIND)


SETTINGS = {
    "s.headers.update({'X-Key': 'a'})": "headers={'X-Key': 'a'}",
    "s.headers.update(key)": "headers=key",
    "s.headers['X-Key'] = 'a'": "headers={'X-Key': 'a'}",
    "s.headers = {'X-Key': 'a'}": "headers={'X-Key': 'a'}",
    "s.auth = ('me', 'x')": "auth=aiohttp.BasicAuth('me', 'x')",
    "s.cookies.set('a', 'b')": "cookies={'a': 'b'}",
}
SET = """
import requests
def main(url, key={{'X-Key': 'a'}}):
    s = requests.Session()
    {line}
    text = s.get(url + "/a").text
    s.close()
    return text
"""


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of aiohttp's auth=
@pytest.mark.parametrize("line", SETTINGS)
def test_what_is_set_on_a_session_is_given_where_it_is_made(line):
    """The line that makes it is printed whole; with it the draft runs."""
    lines = draft_of(SET.format(line=line)).split("\n")
    (at,) = [n for n, text in enumerate(lines) if "# port: " in text]
    made = f"aiohttp.ClientSession(**as_requests(), {SETTINGS[line]})"
    assert f"make it by {made} and delete this line" in lines[at]

    del lines[at : at + 2]  # as a reader is told to
    mended = "\n".join(lines).replace("aiohttp.ClientSession(**as_requests())", made)
    space = {"__name__": "program"}
    exec(compile(mended, "mended", "exec"), space)
    with serving() as url:
        text = asyncio.run(asyncio.wait_for(space["main"](url), WITHIN))
    assert text == ("/a a" if "X-Key" in made or "=key" in made else "/a ")


def test_all_that_is_set_on_a_session_is_in_one_line():
    """Each of the lines would lose the others' settings else."""
    two = "s.headers['A'] = 'a'; s.headers.update({'B': 'b'})"

    assert "headers={'A': 'a', 'B': 'b'})" in draft_of(SET.format(line=two))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("s.mount('http://', url)", "connector=... where the session is made"),
        ("s.get_adapter(url)", "session.connector is it"),
        ("s.send(s.prepare_request(url))", "sends no prepared request"),
        ("s.verify = False", "ssl=..., False or a context, with each request"),
    ],
)
def test_what_else_a_session_is_asked_is_told(line, told):
    """It is no request, and must not be written as one."""
    draft = draft_of(SET.format(line=line))

    assert told in draft
    assert "max_redirects=30) as response: await response.read()" not in draft


ERRORS = {
    "raise requests.HTTPError('bad')": "raise aiohttp.ClientResponseError(response.",
    "raise requests.exceptions.SSLError('bad')": "aiohttp makes its own",
    "raise requests.Timeout('x', response=r)": "TimeoutError takes no response=",
}


@pytest.mark.parametrize("line", ERRORS)
def test_an_error_that_needs_a_response_is_told(line):
    """aiohttp makes it of a request and a response, which stand elsewhere."""
    draft = draft_of(f"""
        import requests
        def main(url):
            r = requests.get(url)
            {line}
    """)

    assert f"# port: {ERRORS[line]}" in draft


def test_what_an_error_of_aiohttp_lacks_is_told():
    """It has the status of the response, and not its text."""
    draft = draft_of("""
        import requests
        def main(url):
            try:
                requests.get(url).raise_for_status()
            except requests.HTTPError as error:
                return error.response.text
    """)

    assert "# port: an error of aiohttp has no response, and so no text" in draft


@pytest.mark.parametrize(
    ("caught", "rules"),
    [("aiohttp.ClientError", {"old-exception"}), ("requests.ConnectionError", set())],
)
def test_an_exception_of_requests_that_a_port_raises_is_a_mistake(caught, rules):
    """No except of the port would catch it, unless one still names requests."""
    found = mistakes(
        graph_of(f"""
        import aiohttp, requests
        async def main(session, url):
            try:
                async with session.get(url) as response:
                    raise requests.ConnectionError("busy")
            except {caught}:
                return None
    """)
    )

    assert {one.rule for one in found} == rules
