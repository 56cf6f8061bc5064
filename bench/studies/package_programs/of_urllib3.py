"""urllib3: the manager drops a pool of connections while a thread uses it."""

import urllib3


class Dropped:
    """Two threads ask for pools of two servers; the manager keeps only one pool."""

    def __init__(self):
        self.manager = urllib3.PoolManager(num_pools=1)

    def connect(self, host):
        pool = self.manager.connection_from_host(host)
        # the first step of `urlopen`; the socket would be the next
        connection = pool._get_conn()
        pool._put_conn(connection)

    def first(self):
        self.connect("one")

    def second(self):
        self.connect("two")

    workers = (first, second)
