"""Two threads in turns, by two events."""

import threading

turns = []
ping, pong = threading.Event(), threading.Event()


def play(mine, other, word, count):
    for _ in range(count):
        mine.wait()
        mine.clear()
        turns.append(word)
        other.set()


players = [
    threading.Thread(target=play, args=(ping, pong, "ping", 3), name="a"),
    threading.Thread(target=play, args=(pong, ping, "pong", 3), name="b"),
]
for player in players:
    player.start()
ping.set()
for player in players:
    player.join(5)
print(turns, [player.is_alive() for player in players])
