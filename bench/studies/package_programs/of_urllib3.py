"""urllib3: a pool of connections that the manager drops while a thread uses it."""

import urllib3


class Dropped:
    """Two threads ask a manager that keeps one pool for those of two servers."""

    def __init__(self):
        self.manager = urllib3.PoolManager(num_pools=1)

    def connect(self, host):
        pool = self.manager.connection_from_host(host)
        connection = pool._get_conn()  # `urlopen` begins with it; then the socket
        pool._put_conn(connection)

    def first(self):
        self.connect("one")

    def second(self):
        self.connect("two")

    workers = (first, second)
