"""A package: its drafts in a directory of their own, how far it is, what comes next."""

import html
import re
import sys

import pytest
from click.testing import CliRunner

from bench.commands import port as port_command
from bench.errors import CannotRunError

FILES = {
    "__init__.py": '"""A shop."""\n',
    "db.py": "import time\ndef query(n):\n    time.sleep(0)\n    return n\n",
    "app.py": (
        "import threading\nfrom shop.db import query\n"
        "lock = threading.Lock()\n"
        "def total(ns):\n    with lock:\n        return sum([query(n) for n in ns])\n"
    ),
    "sub/__init__.py": "",
    "sub/words.py": "def hello():\n    return 'hello'\n",
}


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A package of five files, in the current directory."""
    for name, text in FILES.items():
        (tmp_path / "shop" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "shop" / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "shop"


def invoke(*arguments):
    result = CliRunner().invoke(port_command.command, arguments, standalone_mode=False)
    if result.exception is not None:
        raise result.exception
    return result.output


def test_the_drafts_of_a_package_lie_as_its_files_do(shop, tmp_path):
    """A file without edits is there too: the directory is a package."""
    said = invoke("shop", "--into", "ashop")

    assert said == "ashop: 5 files written\n"
    made = {p.relative_to(tmp_path / "ashop").as_posix() for p in
            (tmp_path / "ashop").rglob("*.py")}  # fmt: skip
    assert made == set(FILES)
    assert "async def query" in (tmp_path / "ashop" / "db.py").read_text()
    assert "await query(n)" in (tmp_path / "ashop" / "app.py").read_text()
    for name in ("__init__.py", "sub/__init__.py", "sub/words.py"):
        assert (tmp_path / "ashop" / name).read_text() == FILES[name]


def test_what_is_there_is_not_overwritten(shop):
    """The name may be mistyped, and be that of the package itself."""
    with pytest.raises(CannotRunError, match="shop exists already"):
        invoke("shop", "--into", "shop")

    assert (shop / "db.py").read_text() == FILES["db.py"]


def test_several_files_are_not_printed_as_one(shop):
    """No interpreter reads them so."""
    with pytest.raises(CannotRunError, match="--into DIR"):
        invoke("shop", "--draft")


def test_a_draft_of_two_forms_is_refused(shop):
    """An option without effect is a question that is not answered."""
    for option in ("--draft", "--into=new", "--page=port.html"):
        with pytest.raises(CannotRunError, match="leave out the ported one"):
            invoke("shop/db.py", "shop/app.py", option)


def test_the_draft_of_one_file_goes_into_a_directory_too(shop, tmp_path):
    """Under its own name."""
    invoke("shop/db.py", "--into", "new")

    assert "async def query" in (tmp_path / "new" / "db.py").read_text()


def test_a_package_is_compared_file_by_file(shop, tmp_path):
    """By their places in the two directories, whose names differ."""
    invoke("shop", "--into", "ashop")
    (tmp_path / "ashop" / "app.py").write_text(FILES["app.py"])
    (tmp_path / "ashop" / "sub" / "words.py").unlink()

    said = invoke("shop", "ashop")

    assert said.startswith("1 of 2 functions that wait are async.")
    assert "Still plain: total" in said
    assert "words" not in said  # nothing in it waits, and nothing is missed
    assert invoke("shop", "ashop", "--json").count('"ported"') == len(FILES)


def test_a_file_without_a_port_is_told(shop, tmp_path):
    """All that waits in it is missing."""
    invoke("shop", "--into", "ashop")
    (tmp_path / "ashop" / "db.py").unlink()

    said = invoke("shop", "ashop")

    assert "db.py → no file yet" in said
    assert "Not found under their name: query" in said


def test_the_commands_that_follow_are_those_of_a_package(shop):
    """A draft in a directory, and what is left."""
    said = invoke("shop")

    assert "python -m bench port shop --into ashop" in said
    assert "python -m bench port shop ashop\n" in said
    assert "explore" not in said


def test_the_commands_that_follow_name_the_calls_that_wait(shop):
    """Without these the draft would be another."""
    (shop / "db.py").write_text("import driver\ndef query(n): return driver.ask(n)\n")

    said = invoke("shop/db.py", "--blocking", "driver.ask")

    assert "port shop/db.py --blocking driver.ask --draft > shop/adb.py" in said
    assert "port shop/db.py shop/adb.py --blocking driver.ask\n" in said


def test_the_page_has_the_commands_that_the_terminal_has(shop, tmp_path):
    """A reader of the page alone knows how to go on."""
    said = invoke("shop/db.py").split("\nNext\n")[1]
    commands = [line.strip() for line in said.splitlines() if line.startswith("  py")]

    invoke("shop/db.py", "--page", "port.html")

    page = (tmp_path / "port.html").read_text()
    shown = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert len(commands) == 4
    assert all(f"\n{one}" in f"\n{shown}" or one in shown for one in commands)
    assert 'id="theme"' in page  # its script needs it


def test_each_file_lists_the_calls_that_it_makes_itself(shop):
    """A list of the whole package under each file is read by no one."""
    (shop / "db.py").write_text("import driver\ndef query(n): return driver.ask(n)\n")

    assert invoke("shop").count("driver.ask") == invoke("shop/db.py").count(
        "driver.ask"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows quotes otherwise")
def test_a_name_with_a_space_can_be_copied_from_the_page(tmp_path, monkeypatch):
    """It is quoted for a shell."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my jobs.py").write_text("import time\ndef f(): time.sleep(0)\n")

    assert "port 'my jobs.py' --draft > 'amy jobs.py'" in invoke("my jobs.py")
