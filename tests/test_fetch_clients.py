"""Client libraries as they come, beside the fetches in the study of the peers."""

from importlib.util import find_spec

import pytest
from click.testing import CliRunner

from bench.studies import fetch_clients, fetch_peers, fetch_tools
from bench.studies.fetch_clients import BOTH, CLIENTS
from bench.studies.fetch_peers import CASES, contenders
from bench.studies.fetch_runs import Run, wrong_in

SMALL, LATENCY, LARGE = CASES


def fetched(tmp_path, client, urls):
    """The outcome of the command, and the file that it wrote."""
    listing, output = tmp_path / "urls.txt", tmp_path / "out"
    listing.write_text("\n".join(urls))
    arguments = [str(listing), "-o", str(output), "--workers", "7", client]
    return CliRunner().invoke(fetch_clients.main, arguments), output


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_stores_every_body_whole(client, origin, tmp_path, monkeypatch):
    """It is only compared with others that did."""
    if find_spec(CLIENTS[client]) is None:
        pytest.skip(f"{CLIENTS[client]} is not installed")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")  # it is not asked
    urls = list(origin.urls(40, 3000))

    ended, output = fetched(tmp_path, client, urls)

    assert ended.exit_code == 0, ended.exception
    assert ended.output == "40 URLs done\n"
    assert wrong_in(output, urls) is None


@pytest.mark.parametrize("client", ["http.client, threads", "aiohttp, asyncio"])
def test_a_failure_ends_a_client(client, origin, tmp_path):
    """Nothing is tried again: what is missing would make it fast."""
    urls = [*origin.urls(20, 10), "http://127.0.0.1:1/"]

    ended, output = fetched(tmp_path, client, urls)

    assert ended.exit_code != 0
    assert wrong_in(output, urls)


def test_a_client_takes_part_where_it_is_installed(monkeypatch):
    """Not where bodies are large: these hold them whole."""
    monkeypatch.setattr(fetch_tools, "find_spec", lambda name: None)

    assert not any(map(fetch_tools.is_here, CLIENTS))
    assert set(CLIENTS) < set(contenders(SMALL, wanted_only=False))
    assert set(CLIENTS) < set(contenders(LATENCY, wanted_only=False))
    assert not set(CLIENTS) & set(contenders(LARGE, wanted_only=False))
    assert not set(CLIENTS) & set(contenders(SMALL, wanted_only=True))


def test_a_library_with_both_forms_says_what_the_model_does():
    """Threads take 3 s, tasks 2 s: 1.5 times as fast."""
    name = BOTH[0]
    found = [
        {
            f"{name}, threads": Run(3.0, 1.0, None),
            f"{name}, asyncio": Run(2.0, 1.0, None),
        }
    ]

    assert list(fetch_peers.both_forms(found)) == [
        f"  {name}: asyncio is 1.50 times as fast as threads (1.50 to 1.50)"
    ]
    assert not list(fetch_peers.both_forms([{"aiohttp": Run(1.0, 1.0, None)}]))
