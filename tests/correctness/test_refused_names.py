"""What a program may not use: each name of the lists is refused, or has a model."""

import importlib
import os
import sys

import pytest

from bench.correctness import explore
from bench.correctness.models.stdlib import refused
from bench.correctness.models.stdlib.system import guarded_open
from bench.errors import CannotRunError

HERE = [  # what this Python has of the list
    (module, name)
    for module, names in refused.REFUSED_NAMES.items()
    for name in names
    if hasattr(importlib.import_module(module), name)
]


ACTS_AT_IMPORT = {  # or warns, or needs what is not there
    "antigravity", "idlelib", "turtledemo", "turtle", "tkinter", "_tkinter", "pipes",
}  # fmt: skip
USED = {  # what a program would call first
    "multiprocessing": ["Process"], "subprocess": ["run"],
    "_posixsubprocess": ["fork_exec"], "_multiprocessing": ["SemLock"],
    "pty": ["spawn"], "pipes": ["Template"], "webbrowser": ["open"],
    "antigravity": ["geohash"], "socket": ["socket"], "_socket": ["socket"],
    "ssl": ["get_server_certificate"], "_ssl": ["RAND_bytes"], "select": ["select"],
    "selectors": ["DefaultSelector"], "syslog": ["syslog"], "signal": ["signal"],
    "_signal": ["signal"], "faulthandler": ["enable"], "resource": ["setrlimit"],
    "termios": ["tcgetattr"], "tty": ["setraw"], "curses": ["initscr", "wrapper"],
    "_curses": ["initscr"], "tkinter": ["Tk"], "_tkinter": ["create"],
    "turtle": ["forward"], "turtledemo": ["main"], "idlelib": ["idle"],
    "getpass": ["getpass"], "readline": ["get_history_length"], "msvcrt": ["getch"],
    "code": ["interact"], "cmd": ["Cmd"],
}  # fmt: skip


def tried(directory, body, imports=""):
    """Explore a worker with this body."""
    path = directory / "tried.py"
    lines = "".join(f"        {line}\n" for line in body.splitlines())
    path.write_text(
        f"{imports}\nclass Tried:\n    def __init__(self): self.seen = []\n"
        f"    def work(self):\n{lines}    workers = (work, work)\n",
        encoding="utf-8",
    )
    return explore(f"{path}:Tried", jobs=1)


def importable(name):
    try:
        return importlib.util.find_spec(name) is not None
    except ImportError:
        return False


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("module", "name"), HERE, ids=[".".join(one) for one in HERE])
def test_a_name_that_reaches_outside_is_refused_when_it_is_used(module, name, tmp_path):
    """It would happen in each schedule, and nothing would put it back."""
    with pytest.raises(CannotRunError, match=rf"{name} is not modelled"):
        tried(tmp_path, f"import {module}\n{module}.{name}()")


def hasattr_of(module, name):
    """Whether a module has a name; some are better not imported for that."""
    return module in ACTS_AT_IMPORT or hasattr(importlib.import_module(module), name)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("module", sorted(filter(importable, refused.MODULES)))
def test_a_module_that_reaches_outside_may_be_imported_and_not_used(module, tmp_path):
    """However it is imported, and however it is named."""
    name = next(one for one in USED[module] if hasattr_of(module, one))
    forms = [
        f"import {module}\n{module}.{name}()",
        f"import {module} as it\nit.{name}()",
        f"from {module} import {name}\n{name}(1)",
        f"import importlib\nimportlib.import_module({module!r}).{name}()",
    ]
    for form in forms:
        with pytest.raises(CannotRunError, match=r"is not modelled"):
            tried(tmp_path, form)
    assert tried(tmp_path, "pass", f"import {module}").outcome == "holds"


def test_every_function_of_os_is_in_one_list():
    """A new one of a later Python is looked at before it is allowed."""
    groups = (refused.REFUSED_NAMES, refused.MODELLED, refused.ALLOWED)
    lists = [set(group["os"]) for group in groups]
    known = set.union(*lists)
    here = {
        name
        for name in dir(os)
        if callable(getattr(os, name)) and name.islower() and not name.startswith("_")
    }

    assert here
    assert here <= known, here - known
    assert sum(map(len, lists)) == len(known)


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    "body",
    [
        "import os\nos.read(0, 1)",
        "import os\nr, w = os.pipe()\nos.read(r, 1)",
        "import os\nr, w = os.pipe()\nos.write(w, b'x' * 100_000)",
        "import os\nos.fdopen(0).read()",
        "import os\nos.close(1)",
        "import os\nfor n in (2, 0): os.close(n)",
        "open(0).read()",
        "import logging.handlers as h\nh.SMTPHandler('127.0.0.1', 'a', 'b', 'c')",
        "import logging.handlers as h\nh.HTTPHandler('127.0.0.1:1', '/')",
        "import logging.handlers as h\nh.SysLogHandler(('127.0.0.1', 9))",
        "import logging.handlers\nlogging.handlers.SocketHandler('x', 1).makeSocket()",
        "import sqlite3\nsqlite3.connect('x.db')",
        "input()",
        "from os import system\nsystem('true')",
        "from posix import fork\nfork()",
        "import os as o\no.popen('true').read()",
        "import importlib\nimportlib.import_module('os')._exit(0)",
        "getattr(__import__('os'), 'kill')(1, 0)",
        "import asyncio\nasyncio.run(asyncio.create_subprocess_exec('true'))",
        "from concurrent.futures import ProcessPoolExecutor\nProcessPoolExecutor()",
        "import concurrent.futures as c\nc.ThreadPoolExecutor(1)._work_queue.qsize()",
        "import http.client\nhttp.client.HTTPConnection('127.0.0.1', 1).connect()",
        "import urllib.request as r\nr.urlopen('http://127.0.0.1:1/')",
        "import ftplib\nftplib.FTP('127.0.0.1')",
        "import poplib\npoplib.POP3('127.0.0.1')",
        "import imaplib\nimaplib.IMAP4('127.0.0.1')",
        "from xmlrpc.client import ServerProxy\nServerProxy('http://127.0.0.1:1').f()",
        "from http.server import HTTPServer\nHTTPServer(('127.0.0.1', 0), None)",
        "import socketserver as s\ns.TCPServer(('127.0.0.1', 0), None)",
        "from urllib.robotparser import RobotFileParser as R\nR('http://x/').read()",
        "import smtplib\nsmtplib.SMTP('127.0.0.1', 1)",
        "class M(type):\n    def __eq__(cls, other): return cls is other",
        "class M(type):\n    def __hash__(cls): return 1",
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="names of POSIX")
def test_what_would_wait_or_leave_is_refused_in_the_forms_people_write(body, tmp_path):
    """By an alias, by getattr, by a star: the name is the same."""
    with pytest.raises(CannotRunError, match=r"is not modelled"):
        tried(tmp_path, body)


@pytest.mark.parametrize(
    "body",
    [
        "import os\nos.getpid(); os.cpu_count(); os.environ.get('x'); os.listdir('.')",
        "import os.path\nos.path.join('a', 'b')",
        "import os\nos.write(1, b'seen'); os.write(2, b'seen')",
        "import os\nos.sched_yield()",
        "import atexit\natexit.register(print, 1)",
        "class M(type):\n    def __lt__(cls, other): return True",
        "class M(type):\n    def __eq__(cls, o): return cls is o\n"
        "    __hash__ = type.__hash__",
        "import http\nhttp.HTTPStatus.OK.value",
        "from http import HTTPStatus\nHTTPStatus(404).phrase",
        "import http.cookies\nhttp.cookies.SimpleCookie()",
        "import urllib.parse\nurllib.parse.quote('a b')",
        "from urllib.parse import urlsplit\nurlsplit('http://x/y').path",
        "import urllib.request, urllib.parse\nurllib.parse.quote('a')",
        "import urllib.error\nurllib.error.URLError('x')",
        "import sqlite3\nsqlite3.connect(':memory:').close()",
        "import logging.handlers\nlogging.handlers.MemoryHandler(3)",
        "import signal\nhandler = signal.SIGTERM",
        "import subprocess\ntry: pass\nexcept subprocess.CalledProcessError: pass",
        "import tempfile, os\nh, p = tempfile.mkstemp(); os.close(h); os.remove(p)",
        "with open('/dev/null') as empty: empty.read()",
        "import os\nos.close(os.open('/dev/null', os.O_RDONLY))",
        "import sys\nsys.stdout = sys.stderr = None\nprint('a')",
    ],
)
@pytest.mark.skipif(sys.platform != "linux", reason="names of POSIX")
def test_what_is_harmless_is_allowed(body, tmp_path, capfd):
    """A refusal of what could be explored is a false alarm too."""
    assert tried(tmp_path, body).outcome == "holds"
    assert capfd.readouterr() == ("", "")


def test_a_fifo_is_refused_before_it_is_waited_for(tmp_path):
    """To open one waits for the other side, which is no worker."""
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)

    with pytest.raises(CannotRunError, match=r"open\(\) of a pipe"):
        guarded_open(fifo)
    with pytest.raises(CannotRunError, match=r"open\(\) of a pipe"):
        tried(tmp_path, f"open({str(fifo)!r}).read()")
