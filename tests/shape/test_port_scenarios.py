"""The scenario of a client in the docs is explored as it is printed."""

import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.cli import main
from bench.commands import port as port_command

DOCS = Path(__file__).parents[2] / "docs" / "porting.md"
BLOCK = re.compile(r"^```python\n# (\w+\.py)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REQUESTS = "class Session: pass\nclass RequestException(IOError): pass\n"


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The files of the docs, and in place of requests what they fake of it."""
    pytest.importorskip("aiohttp")
    (tmp_path / "libraries").mkdir()
    (tmp_path / "libraries" / "requests.py").write_text(REQUESTS)
    monkeypatch.syspath_prepend(tmp_path / "libraries")
    found = dict(BLOCK.findall(DOCS.read_text(encoding="utf-8")))
    for name in ("client.py", "scenario.py", "ascenario.py"):
        (tmp_path / name).write_text(found[name])
    monkeypatch.chdir(tmp_path)
    for name in ("client", "aclient", "scenario", "ascenario", "requests"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return tmp_path


def draft_of(name):
    ended = CliRunner().invoke(
        port_command.command, [name, "--draft"], standalone_mode=False
    )
    assert ended.exception is None
    return ended.stdout


@pytest.mark.long
def test_the_scenario_of_the_docs_is_kept(files, monkeypatch, capfd):
    """The fakes have what the draft uses: nothing is added by hand."""
    (files / "aclient.py").write_text(draft_of("client.py"))
    names = ["scenario.py", "ascenario.py", "--timers", "idle"]
    monkeypatch.setattr(sys, "argv", ["bench", "explore", *names])
    with pytest.raises(SystemExit) as ended:
        main()

    assert "kept: every end of the port" in capfd.readouterr().out
    assert ended.value.code == 0


def test_the_fakes_of_the_docs_serve_a_response_that_is_kept(files, monkeypatch, capfd):
    """A draft awaits what get gives then, and asks it for its status."""
    client = files / "client.py"
    text = client.read_text()
    line = "                self.pages[url] = self.session.get(url, timeout=10).text\n"
    assert line in text
    indent = " " * 16
    kept = (
        f"{indent}answer = self.session.get(url, timeout=10)\n"
        f"{indent}answer.raise_for_status()\n"
        f"{indent}self.pages[url] = answer.text\n"
    )
    client.write_text(text.replace(line, kept))
    (files / "aclient.py").write_text(draft_of("client.py"))
    names = ["scenario.py", "ascenario.py", "--timers", "idle"]
    monkeypatch.setattr(sys, "argv", ["bench", "explore", *names])
    with pytest.raises(SystemExit) as ended:
        main()

    assert "answer = await self.session.get(" in (files / "aclient.py").read_text()
    assert "kept: every end of the port" in capfd.readouterr().out
    assert ended.value.code == 0


def test_a_fake_of_requests_is_told_what_the_draft_uses(files):
    """The draft of a scenario imports the draft, which has no `requests`."""
    told = [line for line in draft_of("scenario.py").split("\n") if "# port:" in line]

    assert told[0].endswith("import aclient as client")
    assert "client.aiohttp.ClientSession = a class" in told[1]
    assert len(told) == 2
