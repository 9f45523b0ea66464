"""Run a command that must not outlive the process that started this one.

usage: lifeline.py COMMAND [ARGUMENT]...

The starter holds the other end of this process's standard input and never writes to it. When the starter is gone, however it
ended, the read returns, and this process kills its whole process group: the command, the command's children, and itself.
It must be the leader of its own process group. It is written for any Python from 3.8 on, with the standard library only.
"""

import os
import signal
import subprocess
import sys
import threading


def kill_group_when_starter_is_gone():
    while os.read(0, 1):
        pass
    os.killpg(os.getpgrp(), signal.SIGKILL)


def stay(_signal, _frame):
    """A polite stop of the group is for the command: this process stays as long as the command does, to keep the group's id."""


def main():
    if os.getpgrp() != os.getpid():
        sys.exit("lifeline.py must lead its own process group: it would kill the caller's")
    # Handlers, not SIG_IGN: an ignored signal would stay ignored in the command.
    signal.signal(signal.SIGTERM, stay)
    signal.signal(signal.SIGINT, stay)
    threading.Thread(target=kill_group_when_starter_is_gone, daemon=True).start()
    try:
        command = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
    except OSError as error:
        sys.exit("cannot start {}: {}".format(sys.argv[1], error))
    code = command.wait()
    sys.stdout.flush()
    os._exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
