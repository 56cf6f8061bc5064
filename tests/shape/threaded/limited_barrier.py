"""A barrier whose wait has a time limit: when it expires, the barrier is broken."""

import threading


class Meeting:
    def __init__(self):
        self.barrier, self.seen = threading.Barrier(2), []

    def come(self, name):
        try:
            self.barrier.wait(timeout=0.05)
            self.seen.append((name, "met"))
        except threading.BrokenBarrierError:
            self.seen.append((name, "broken"))


def main():
    meeting = Meeting()
    alone = threading.Thread(target=meeting.come, args=("alone",))
    alone.start()
    alone.join()
    print(meeting.seen, meeting.barrier.broken)
    meeting.barrier.reset()
    pair = [threading.Thread(target=meeting.come, args=(name,)) for name in "ab"]
    for each in pair:
        each.start()
    for each in pair:
        each.join()
    print(sorted(meeting.seen), meeting.barrier.broken)


if __name__ == "__main__":
    main()
