"""The names, by module, that an explored program may use, and those that are refused.

A use of the network, of another process or of a real thread would really happen in each
schedule, and could not be undone.  A wait for one of these would stop the explorer.  So
each use is refused by its name; an import is allowed.
`time`, `threading` and `asyncio` have models, which refuse further names.
"""

# Modules whose use is refused.  In some of them, harmless names are allowed: see
# `PARTLY_CONTROLLED` in `modelled`.  A Python module that uses a refused module is
# loaded again, so that it gets the refused names: for example `smtplib`, see
# `UNDER_MODELS`.
MODULES = frozenset({
    # other processes
    "multiprocessing", "subprocess", "_posixsubprocess", "_multiprocessing", "pty",
    "pipes", "webbrowser", "antigravity",
    # the network
    "socket", "_socket", "ssl", "_ssl", "select", "selectors", "syslog",
    # signals, and what the explorer itself needs of the process
    "signal", "_signal", "faulthandler", "resource",
    # a terminal, a window, a prompt
    "termios", "tty", "curses", "_curses", "tkinter", "_tkinter", "turtle",
    "turtledemo", "idlelib", "getpass", "readline", "msvcrt", "code", "cmd",
})  # fmt: skip

# Functions and classes of modules that are otherwise allowed.
REFUSED_NAMES: dict[str, tuple[str, ...]] = {
    "os": (
        # other processes
        "fork", "forkpty", "system", "popen", "posix_spawn", "posix_spawnp",
        "startfile", "spawnl", "spawnle", "spawnlp", "spawnlpe", "spawnv", "spawnve",
        "spawnvp", "spawnvpe", "execl", "execle", "execlp", "execlpe", "execv",
        "execve", "execvp", "execvpe", "wait", "wait3", "wait4", "waitid", "waitpid",
        "pidfd_open", "_execvpe", "_spawnvef",
        # the end of this process, and signals
        "_exit", "abort", "kill", "killpg", "plock",
        # the identity of this process, and where it runs
        "setpgid", "setpgrp", "setsid", "tcsetpgrp", "nice", "setpriority", "chroot",
        "setuid", "seteuid", "setreuid", "setresuid", "setgid", "setegid", "setregid",
        "setresgid", "setgroups", "initgroups", "sched_setaffinity", "sched_setparam",
        "sched_setscheduler", "setns", "unshare", "login_tty",
        # streams, pipes and terminals, which may wait forever
        "closerange", "dup2", "mkfifo", "mknod", "openpty", "posix_openpt",
        "eventfd", "eventfd_read", "eventfd_write", "lockf", "sendfile", "splice",
        "timerfd_create", "timerfd_settime", "timerfd_settime_ns", "timerfd_gettime",
        "timerfd_gettime_ns",
    ),
    "fcntl": ("fcntl", "flock", "lockf", "ioctl"),
    "uuid": ("getnode",),
    "timeit": ("timeit", "repeat", "Timer", "main"),
}  # fmt: skip

# Names with a model.  Without a model they would wait, act when the process ends, or
# give another result in each run.
MODELLED: dict[str, tuple[str, ...]] = {
    "os": (
        "read", "readv", "write", "writev", "pread", "preadv", "pwrite", "pwritev",
        "open", "close", "fdopen", "urandom", "getrandom", "sched_yield",
        "register_at_fork",
    ),
    "atexit": ("register", "unregister"),
    "sqlite3": ("connect",),
    "secrets": (
        "choice", "randbelow", "randbits", "token_bytes", "token_hex", "token_urlsafe",
        "SystemRandom",
    ),
    "uuid": ("uuid1", "uuid4"),
    "random": ("Random", "SystemRandom", "seed"),
}  # fmt: skip

# The other names of `os`, which are harmless.  Some of them change files.  The contents
# of files are not restored after a run.
ALLOWED: dict[str, tuple[str, ...]] = {
    "os": (
        "access", "add_dll_directory", "chdir", "chflags", "chmod", "chown",
        "confstr", "copy_file_range", "cpu_count", "process_cpu_count", "ctermid",
        "device_encoding", "dup", "error", "fchdir", "fchmod", "fchown", "fdatasync",
        "fpathconf", "fsdecode", "fsencode", "fspath", "fstat", "fstatvfs", "fsync",
        "ftruncate", "fwalk", "get_blocking", "get_exec_path", "get_handle_inheritable",
        "get_inheritable", "get_terminal_size", "getcwd", "getcwdb", "getegid",
        "getenv", "getenvb", "geteuid", "getgid", "getgrouplist", "getgroups",
        "getloadavg", "getlogin", "getpgid", "getpgrp", "getpid", "getppid",
        "getpriority", "getresgid", "getresuid", "getsid", "getuid", "getxattr",
        "grantpt", "isatty", "lchflags", "lchmod", "lchown", "link", "listdir",
        "listdrives", "listmounts", "listvolumes", "listxattr", "lseek", "lstat",
        "major", "makedev", "makedirs", "memfd_create", "minor", "mkdir", "pathconf",
        "pipe", "pipe2", "posix_fadvise", "posix_fallocate", "ptsname", "putenv",
        "readlink", "reload_environ", "remove", "removedirs", "removexattr", "rename",
        "renames", "replace", "rmdir", "scandir", "sched_get_priority_max",
        "sched_get_priority_min", "sched_getaffinity", "sched_getparam",
        "sched_getscheduler", "sched_param", "sched_rr_get_interval", "set_blocking",
        "set_handle_inheritable", "set_inheritable", "setxattr", "stat", "stat_result",
        "statvfs", "statvfs_result", "strerror", "symlink", "sync", "sysconf",
        "tcgetpgrp", "terminal_size", "times", "times_result", "truncate", "ttyname",
        "umask", "uname", "uname_result", "unlink", "unlockpt", "unsetenv", "utime",
        "waitid_result", "waitstatus_to_exitcode", "walk",
    ),
}  # fmt: skip
