"""Start LocalStack's runtime, on loopback only.

LocalStack opens its port on every interface, whatever host GATEWAY_LISTEN names. Its servers are all made of twisted's
TCP4ServerEndpoint, so that is replaced by one that can bind 127.0.0.1 and nothing else.
"""

import sys

from twisted.internet import endpoints


class LoopbackEndpoint(endpoints.TCP4ServerEndpoint):
    """A TCP endpoint that ignores the interface it is given."""

    def __init__(self, reactor, port, backlog=50, interface="127.0.0.1"):
        super().__init__(reactor, port, backlog, "127.0.0.1")


# Before LocalStack is imported: it takes the name from this module.
endpoints.TCP4ServerEndpoint = LoopbackEndpoint

from localstack.runtime.main import main  # noqa: E402

sys.exit(main())
