"""Start moto's server on loopback with an interpreter for state machines.

usage: start_moto.py PORT

By default moto only stores executions and leaves them RUNNING; and its Lambda needs Docker.
"""

import sys

from moto.core.config import default_user_config
from moto.server import main

default_user_config["stepfunctions"]["execute_state_machine"] = True
default_user_config["lambda"]["use_docker"] = False

main(["--host", "127.0.0.1", "--port", sys.argv[1]])
