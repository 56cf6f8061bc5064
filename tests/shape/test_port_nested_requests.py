"""A request inside a larger expression: the draft gives what the program gives."""

import asyncio
import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from textwrap import dedent, indent
from threading import Thread

import pytest

from bench.shape.colour.graph import CallGraph
from bench.shape.port.draft.drafts import drafts
from bench.shape.port.mistakes.check import mistakes
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import Program

requests = pytest.importorskip("requests")
pytest.importorskip("aiohttp")
WITHIN = 20  # seconds for a program that takes none


def graph_of(text):
    return CallGraph(Program({"": from_text("jobs.py", text)}))


def draft_of(text):
    (draft,) = drafts(graph_of(text))
    compile(draft, "draft", "exec")
    return draft


class Answers(BaseHTTPRequestHandler):
    """Each address gives its path as JSON, `/list` a list; below `/gone` is nothing."""

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path
        said = [1, 2] if path == "/list" else {"path": path, "next": {"id": "7"}}
        body = json.dumps(said).encode()
        self.send_response(404 if path.startswith("/gone") else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_POST = do_HEAD = do_GET  # noqa: N815 - the names that the library calls

    def log_message(self, *given):
        """Say nothing."""


@contextmanager
def serving():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()


SHAPES = {
    "an item of its JSON": 'return requests.get(url).json()["next"]["id"]',
    "in a list": 'return [requests.get(url + p).text for p in "ab"]',
    "in a dict": 'return {p: requests.get(url + p).status_code for p in ("a", "gone")}',
    "in a sum": 'return sum(len(requests.get(url + p).content) for p in "abc")',
    "an argument": "return len(requests.get(url, timeout=5).content)",
    "chosen": 'return "there" if requests.get(url + "gone").ok else "gone"',
    "in one arm": 'return requests.get(url).text if url else "none"',
    "in an f-string": 'return f"{requests.get(url).text}, {requests.head(url).ok}"',
    "in single quotes": "return f'{requests.get(url).text}'",
    "one inside another": (
        'return requests.get(url + requests.get(url).json()["next"]["id"]).text'
    ),
    "cut": "return requests.get(url).text.upper()[2:6]",
    "a filter": 'return [p for p in ("a", "gone") if requests.get(url + p).ok]',
    "a filter of a sum": (
        'return sum(1 for p in ("a", "gone") if requests.get(url + p).ok)'
    ),
    "named where it is tested": (
        "if (answer := requests.get(url)).status_code == 200:\n    return answer.text"
    ),
    "a condition by itself": ('if not requests.get(url + "gone"):\n    return "none"'),
    "its address": "return requests.get(url).url == url",
    "its header": 'return requests.get(url).headers["content-type"]',
    "without names": 'return requests.get(url, {"k": "v"}).text',
    "data without a name": 'return requests.post(url, "body").status_code',
    "by its method": 'return requests.request("GET", url).json()["path"]',
    "all by name": 'return requests.get(url=url).json()["path"]',
    "perhaps": "answer = requests.get(url) if url else None\nreturn answer.text",
    "in a tuple": "return requests.get(url).text, 1",
    "all of several": (
        "answers = [requests.get(url + p) for p in 'ab']\n"
        "return ','.join(answer.text for answer in answers)"
    ),
    "unpacked": "a, b = (requests.get(url + p).text for p in 'ab')\nreturn a + b",
    "looped over": (
        'found = []\nfor one in requests.get(url + "list").json():\n'
        "    found.append(one)\nreturn found"
    ),
    "until it is there": (
        "while requests.head(url).status_code != 200:\n    pass\nreturn 'there'"
    ),
    "asserted": "assert requests.get(url).ok\nreturn 'fine'",
    "raised": (
        'try:\n    requests.get(url + "gone").raise_for_status()\n'
        "except requests.HTTPError as error:\n    return error.response.status_code"
    ),
    "over lines": (
        "return json.loads(\n    requests.get(\n        url,\n        timeout=5,\n"
        '    ).text\n)["path"]'
    ),
    "of a session": (
        "with requests.Session() as session:\n"
        '    return session.get(url).json()["path"], session.get(url).status_code'
    ),
    "a session's in a list": (
        "with requests.Session() as s:\n"
        '    return [s.get(url + p, timeout=(3, 5)).json()["path"] for p in "ab"]'
    ),
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_a_draft_gives_what_the_program_gives(shape):
    """Nothing of it is written by hand; the server says what was asked."""
    text = (
        f"import json\nimport requests\n\n\ndef main(url):\n{indent(shape, '    ')}\n"
    )
    draft = draft_of(text)
    assert "# port:" not in draft

    with serving() as url:
        plain, ported = {"__name__": "plain"}, {"__name__": "draft"}
        exec(compile(text, "plain", "exec"), plain)
        exec(compile(draft, "draft", "exec"), ported)
        found = asyncio.run(asyncio.wait_for(ported["main"](url), WITHIN))
        expected = plain["main"](url)

    assert expected
    assert found == expected


IMPORTED = {
    "by another name": ("import requests as web", "web.get"),
    "alone": ("from requests import get", "get"),
    "alone by another name": ("from requests import get as fetch", "fetch"),
}


@pytest.mark.parametrize(("line", "called"), IMPORTED.values(), ids=IMPORTED)
@pytest.mark.parametrize("read", ['.json()["path"]', ".text"])
def test_a_request_is_known_by_whatever_name(line, called, read):
    """The draft has no such name any more."""
    draft = draft_of(f"{line}\ndef main(url):\n    return {called}(url){read}\n")
    assert "# port:" not in draft

    with serving() as url:
        space = {"__name__": "draft"}
        exec(compile(draft, "draft", "exec"), space)
        found = asyncio.run(asyncio.wait_for(space["main"](url), WITHIN))

    assert found in ("/", '{"path": "/", "next": {"id": "7"}}')


TOLD = {
    "its time": "return requests.get(url).elapsed.seconds",
    "files": 'return requests.post(url, files={"a": b"b"}).json()["path"]',
    "a JSON hook": "return requests.get(url).json(parse_int=str)['path']",
    "the method itself": "read = requests.get(url).json\nreturn read()",
}


@pytest.mark.parametrize("shape", TOLD.values(), ids=TOLD)
def test_what_aiohttp_has_no_such_word_for_is_told(shape):
    """The line stays, and a comment stands above it."""
    body = indent(shape, "    ")
    draft = draft_of(f"import requests\ndef main(url):\n{body}\n")
    lines = draft.splitlines()
    at = next(n for n, line in enumerate(lines) if "requests." in line)

    assert lines[at - 1].strip().startswith("# port: aiohttp: async with")


def test_a_kept_response_whose_json_takes_arguments_is_told():
    """Without `await` it would be a coroutine."""
    draft = draft_of(
        "import requests\ndef main(url):\n    answer = requests.get(url)\n"
        "    return answer.json(parse_int=str)\n"
    )

    assert "# port: await answer.json(loads=...)" in draft


READ = {
    "with urlopen(url) as r:\n    return json.load(r)": "to_thread(json.load, r)",
    "return json.load(urlopen(url))": (
        "await asyncio.to_thread(json.load, await asyncio.to_thread(urlopen, url))"
    ),
    "with urlopen(url) as r, open('x', 'wb') as f:\n    shutil.copyfileobj(r, f)": (
        "await asyncio.to_thread(shutil.copyfileobj, r, f)"
    ),
    "r = urlopen(url)\nfor line in r:\n    print(line)": (
        "while line := await asyncio.to_thread(r.readline):"
    ),
}


@pytest.mark.parametrize(("shape", "becomes"), READ.items(), ids=READ)
def test_a_stream_of_urllib_is_read_in_a_thread(shape, becomes):
    """What a library reads of it waits for the server, line by line or at once."""
    head = "import json, shutil\nfrom urllib.request import urlopen\n"
    draft = draft_of(f"{head}def main(url):\n{indent(shape, '    ')}\n")

    assert becomes in draft
    assert "# port:" not in draft
    assert not [one for one in mistakes(graph_of(draft)) if "json" in one.what]


def test_a_loop_over_an_unnamed_stream_is_told():
    """It would be opened anew for each line."""
    draft = draft_of(
        dedent("""
        from urllib.request import urlopen
        def main(url):
            return [line for line in urlopen(url)]
        """)
    )

    assert "# port:" in draft


OWNERS = {
    "a method closes it": (
        "    def close(self): self.s.close()\n",
        "nothing closes this Api, and its session stays open: await api.close()",
    ),
    "it is entered": (
        "    def __enter__(self): return self\n"
        "    def __exit__(self, *raised): self.s.close()\n",
        "its session stays open: async with Api() as name",
    ),
    "nothing does": ("", "its session stays open: await api.s.close()"),
}


@pytest.mark.parametrize(("ends", "said"), OWNERS.values(), ids=OWNERS)
def test_an_owner_that_is_never_closed_is_told_where_it_is_made(ends, said):
    """The class may close its session; the program that forgot leaves it open."""
    head = "import requests\nclass Api:\n    def __init__(self): self.s = "
    text = (
        f"{head}requests.Session()\n    def get(self): return self.s.get('x').text\n"
        f"{ends}def main():\n    api = Api()\n    return api.get()\n"
    )
    lines = draft_of(text).splitlines()
    at = lines.index("    api = Api()")

    assert said in lines[at - 1]


CLOSED = {
    "by name": "api = Api()\n    api.close()",
    "in the end": "api = Api()\n    try: api.get()\n    finally: api.close()",
    "handed on": "run(Api())",
    "given back": "return Api()",
}


@pytest.mark.parametrize("use", CLOSED.values(), ids=CLOSED)
def test_an_owner_that_is_closed_or_handed_on_is_right(use):
    """The function that is given one closes it."""
    head = "import requests\nclass Api:\n    def __init__(self): self.s = "
    text = (
        f"{head}requests.Session()\n    def get(self): return self.s.get('x').text\n"
        f"    def close(self): self.s.close()\ndef main(run):\n    {use}\n"
    )

    assert "nothing closes this" not in draft_of(text)


TESTED = [
    "if answer:\n        return 1",
    "while not answer:\n        pass",
    "return answer and answer.text",
    "return 1 if answer else 2",
    "if (other := requests.get(url)):\n        return 1",
]


@pytest.mark.parametrize("line", TESTED)
def test_a_response_that_is_tested_for_truth_is_told(line):
    """One of requests is false where its status is an error."""
    draft = draft_of(
        f"import requests\ndef main(url):\n    answer = requests.get(url)\n    {line}\n"
    )

    assert "# port: with aiohttp, a response is true for every status" in draft
