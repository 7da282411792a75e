"""A Function URL whose clock is ten minutes ahead: it refuses today's signatures as AWS does."""

import contextlib
import datetime
import http.server
import threading
import time

AHEAD = datetime.timedelta(minutes=10)
LIMIT = datetime.timedelta(minutes=5)
STAMP = "%Y%m%dT%H%M%SZ"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) + AHEAD
        stamp = self.headers.get("X-Amz-Date")
        if stamp is None or now - datetime.datetime.strptime(stamp, STAMP) <= LIMIT:
            return self.refuse('{"Message":"Forbidden"}')
        limit, now = (now - LIMIT).strftime(STAMP), now.strftime(STAMP)
        self.refuse(f'{{"message":"Signature expired: {stamp} is now earlier than {limit} ({now} - 5 min.)"}}')

    do_POST = do_OPTIONS = do_GET

    def refuse(self, text):
        self.send_response(403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def date_time_string(self, timestamp=None):
        return super().date_time_string(time.time() + AHEAD.total_seconds())

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def ahead():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield "http://127.0.0.1:{}".format(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
