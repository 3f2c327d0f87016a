"""Starts one command and prints its seconds, its processor seconds, its peak memory in KB and its exit status.

A process of its own, and a small one: on Linux a child's peak starts at what its parent held when it was started,
so a parent that has just made a large set would be measured instead of the child.
"""

import os
import sys
import time


def main() -> None:
    command = sys.argv[1:]
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    started = time.perf_counter()
    child = os.posix_spawnp(command[0], command, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - started
    per_kb = 1024 if sys.platform == "darwin" else 1
    busy = usage.ru_utime + usage.ru_stime
    print(seconds, busy, usage.ru_maxrss / per_kb, os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
