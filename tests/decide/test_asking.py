"""The questions on a terminal, one after the other."""

from bench.decide.described.asking import ask

ANSWERS = {
    "How many jobs": ["1k", "300"],
    "wait in all": ["50", "50ms"],
    "compute?": ["2ms"],
    "releases the lock": ["0%"],
    "blocking library": ["maybe", "n"],
    "99 of 100": ["200ms"],
    "memory": ["none"],
}


def answers():
    """What is said, in order, to each question."""
    left = {part: list(said) for part, said in ANSWERS.items()}

    def prompt(text, default):
        [part] = [part for part in left if part in text]
        return left[part].pop(0)

    return prompt


def test_an_answer_that_cannot_be_read_is_asked_for_again():
    """With what was nearly right."""
    told = []
    found = ask(answers(), told.append)

    assert found == {
        "concurrency": 300,
        "wait": 0.05,
        "cpu": 0.002,
        "without_gil": 0.0,
        "blocking_library": False,
        "p99": 0.2,
        "memory": None,
    }
    assert "did you mean 1000?" in told[0]
    assert "did you mean 50ms" in told[1]


def test_enter_takes_what_is_usual():
    """And asks nothing of a computing part that there is not."""
    asked = []

    def prompt(text, default):
        asked.append(text)
        return "0" if "compute?" in text else default

    found = ask(prompt, asked.append)

    assert found["concurrency"] == 100
    assert not any("releases the lock" in text for text in asked)
