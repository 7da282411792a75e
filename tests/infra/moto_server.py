"""moto as a server on loopback: the port given, or a free one. A signal ends it. What it is asked goes to the file MOTO_ASKED."""

import os
import signal
import sys

import asked
from moto.server import ThreadedMotoServer

if path := os.environ.get("MOTO_ASKED"):
    asked.write_down(path)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else 0, verbose=False)
server.start()
host, port = server.get_host_and_port()
print(f"listening on http://{host}:{port}", file=sys.stderr, flush=True)
signal.pause()
