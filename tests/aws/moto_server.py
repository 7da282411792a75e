"""moto as a server on loopback, in each language that our clients speak: the port given, or a free one. A signal ends it."""

import signal
import sys
from threading import Thread

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from one_write import one_by_one
from rpc_v2 import translating
from werkzeug.serving import make_server

application = one_by_one(translating(DomainDispatcherApplication(create_backend_app)))
port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
server = make_server("127.0.0.1", port, application, threaded=True, request_handler=MotoRequestHandler)
Thread(target=server.serve_forever, daemon=True).start()
print(f"listening on http://127.0.0.1:{server.server_port}", file=sys.stderr, flush=True)
signal.pause()
