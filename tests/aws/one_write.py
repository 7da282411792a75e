"""DynamoDB looks at a condition and writes in one step; moto does so in two, and another thread comes in between."""

from threading import Lock


def one_by_one(application):
    """The WSGI application, with one request to DynamoDB at a time."""
    lock = Lock()

    def answer(environ, start_response):
        if not environ.get("HTTP_X_AMZ_TARGET", "").startswith("DynamoDB_"):
            return application(environ, start_response)
        with lock:
            return [b"".join(application(environ, start_response))]

    return answer
