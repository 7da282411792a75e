"""Serves the five parameters over TLS for as long as it lives: moto behind a certificate of our own.

ssm.py FOLDER: writes `ca.pem` and, once everything can be read, `url` into the folder.
"""

import subprocess
import sys
import threading
from pathlib import Path

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

PARAMETERS = {
    "openai-api-key": "sk-test-0123456789abcdefghijklmnop",
    "aoma-assistant-id": "asst_test",
    "next-public-supabase-url": "https://example.supabase.co",
    "supabase-service-role-key": "test-service-role-0123456789",
    "elevenlabs-api-key": "sk_fake_0123456789abcdef",
}
REGION = "us-east-2"


def main():
    folder = Path(sys.argv[1])
    make_certificates(folder)
    server = make_server(
        "127.0.0.1",
        0,
        DomainDispatcherApplication(create_backend_app),
        threaded=True,
        request_handler=Kept,
        ssl_context=(folder / "leaf.pem", folder / "leaf.key"),
    )
    url = f"https://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    store_parameters(url, folder / "ca.pem")
    (folder / "url.part").write_text(url)
    (folder / "url.part").rename(folder / "url")
    thread.join()


class Kept(WSGIRequestHandler):
    """Connections are kept, as the real service keeps them, and no answer waits for an acknowledgement."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log(self, *_):
        pass


def make_certificates(folder):
    """An authority and a leaf: some TLS libraries take no certificate that is both."""

    def run(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7"]
    run("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=bench authority")
    run(
        *["req", "-x509", *curve, "-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "leaf.key", "-out", "leaf.pem"],
        *["-subj", "/CN=ssm", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
        *["-addext", "basicConstraints=critical,CA:FALSE"],
    )


def store_parameters(url, authority):
    credentials = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    ssm = boto3.client("ssm", region_name=REGION, endpoint_url=url, verify=str(authority), **credentials)
    for name, value in PARAMETERS.items():
        ssm.put_parameter(Name=f"/mcp-server/{name}", Value=value, Type="SecureString")
        if name != "elevenlabs-api-key":
            ssm.put_parameter(Name=f"/four/{name}", Value=value, Type="SecureString")


if __name__ == "__main__":
    main()
