import threading, time


class Config:
    _instance = None
    _lock = threading.Lock()

    @classmethod
    def get(cls):
        if cls._instance is None:
            with cls._lock:
                if cls._instance is None:
                    instance = cls()
                    instance.load()
                    cls._instance = instance
        return cls._instance

    def load(self):
        time.sleep(0.005)
        self.values = {"a": 1}


seen = set()


def user():
    seen.add(id(Config.get()))


threads = [threading.Thread(target=user) for _ in range(5)]
if __name__ == "__main__":
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(len(seen), Config.get().values)
