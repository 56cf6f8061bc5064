"""Method names that many classes have, so that the name does not show the class."""

import ast
import collections
import contextlib
import datetime
import io
import logging
import queue
import re
import socket
import subprocess
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from bench.shape.tables.vocabulary import words

COMMON = frozenset(  # methods of classes that any program may use
    name
    for kind in (
        *(str, bytes, list, dict, set, frozenset, tuple, int, float, bytearray),
        *(io.StringIO, io.TextIOWrapper, io.BufferedReader, socket.socket, Path),
        *(threading.Thread, threading.Condition, threading.Event, queue.Queue),
        *(logging.Logger, Future, ThreadPoolExecutor, collections.deque, re.Pattern),
        *(datetime.datetime, re.Match, threading.Semaphore, subprocess.Popen),
        *(ast.NodeVisitor, contextlib.ExitStack, type((lambda: (yield))())),
    )
    for name in dir(kind)
) | words("execute commit rollback request send fetch start stop run main next")
