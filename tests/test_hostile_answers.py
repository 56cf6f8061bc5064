"""Every form takes every hostile answer for the same, and its neighbours are right."""

import socket

import pytest
from fetches import entries, fetched, in_every_fetch
from hostile_answers import ANSWERS, CUT_HEAD, MORE, NO_ANSWER, Hostile
from scripted_server import ScriptedServer

assert len(ANSWERS) >= 120


def read_back(output, answers):
    """What each URL was taken for: status, body and reason."""
    bodies = output.read_bytes()
    found = {}
    for entry in entries(output):
        body = None
        if entry["offset"] is not None:
            body = bodies[entry["offset"] : entry["offset"] + entry["length"]]
        found[entry["number"]] = (entry["status"], body, entry["error"])
    return {
        name: (found[2 * number + 1], found[2 * number + 2])
        for number, name in enumerate(answers)
    }


def outcomes(model, tool, output, answers, piecemeal=False):
    """Fetch each answer, and behind each a good one, one after the other."""
    with ScriptedServer(list(answers.values()), piecemeal) as server:
        urls = [
            url
            for number in range(len(answers))
            for url in (
                f"{server.base}/hostile/{number}",
                f"{server.base}/good/{number}",
            )
        ]
        fetched(model, tool, output, urls, workers=1, retries=0, idle_timeout=10.0)
    return read_back(output, answers)


def expected(answers):
    return {
        name: (
            (answer.status, answer.body, answer.reason),
            (200, b"good %d" % number, None),
        )
        for number, (name, answer) in enumerate(answers.items())
    }


@in_every_fetch
def test_a_hostile_answer_is_taken_for_the_same_in_every_form(model, tool, tmp_path):
    """A server must not choose by its bytes which model loses a body."""
    assert outcomes(model, tool, tmp_path / "out", ANSWERS) == expected(ANSWERS)


@in_every_fetch
def test_it_does_not_matter_how_an_answer_is_cut_into_packets(model, tool, tmp_path):
    """The network cuts where it likes."""
    small = {
        name: answer
        for name, answer in ANSWERS.items()
        if len(answer.sent) < 1000
        and answer.end != "reset"  # which overtakes bytes
        and name not in MORE
    }
    assert len(small) >= 120

    found = outcomes(model, tool, tmp_path / "out", small, piecemeal=True)

    assert found == expected(small)


@in_every_fetch
def test_a_head_that_is_cut_anywhere_is_a_failure(model, tool, tmp_path):
    """A `200` without a body was what came of 47 of 64 places."""
    head = b"HTTP/1.1 200 OK\r\nServer: x\r\nContent-Type: text/plain\r\n\r\n"
    cuts = {
        str(length): Hostile(head[:length], reason=CUT_HEAD if length else NO_ANSWER)
        for length in range(len(head))
    }

    assert outcomes(model, tool, tmp_path / "out", cuts) == expected(cuts)


@pytest.mark.sampled(3)
@in_every_fetch
@pytest.mark.parametrize(
    "idle",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstale",
        b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n",
        b"\r\n",
        b"x",
    ],
    ids=["an answer", "a 408", "a line end", "a byte"],
)
def test_what_comes_on_an_idle_connection_is_no_answer(model, tool, idle, tmp_path):
    """It would be the body of the next URL, and each after it off by one."""
    with ScriptedServer([]) as server:

        def push(name, event, *words):
            if event == "asks for":  # and has not chosen a connection yet
                server.push(idle)

        urls = [f"{server.base}/good/{number}" for number in range(6)]
        found = fetched(
            model, tool, tmp_path / "out", urls, workers=1, retries=0, log=push
        )

    assert [outcome[1:] for outcome in found] == [(200, 6, None)] * 6
    bodies = (tmp_path / "out").read_bytes()
    assert bodies == b"".join(b"good %d" % number for number in range(6))
    assert len(server.opened) == 6


@in_every_fetch
def test_an_idle_connection_that_has_ended_costs_no_try(model, tool, tmp_path):
    """It says nothing of the URL, which is asked for on another."""
    with ScriptedServer([]) as server:

        def end(name, event, *words):
            if event == "asks for" and server.opened:
                server.opened[-1].shutdown(socket.SHUT_RDWR)

        urls = [f"{server.base}/good/{number}" for number in range(6)]
        found = fetched(
            model, tool, tmp_path / "out", urls, workers=1, retries=0, log=end
        )

    assert [error for *_, error in found] == [None] * 6
    assert len(server.requests) == 6
