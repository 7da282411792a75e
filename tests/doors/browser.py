"""The browser of a user who consents: `python browser.py ADDRESS CALLBACK` follows redirects with their cookies, and prints the
address below CALLBACK that they lead to."""

import http.client
import sys
import urllib.parse

MOST = 20


def visit(address, callback):
    cookies = {}
    for _ in range(MOST):
        if address.startswith(callback):
            return address
        address = urllib.parse.urljoin(address, step(address, cookies))
    raise RuntimeError(f"more than {MOST} redirects")


def step(address, cookies):
    """Where one page leads to."""
    url = urllib.parse.urlsplit(address)
    connection = http.client.HTTPConnection(url.netloc, timeout=10)
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    connection.request("GET", f"{url.path}?{url.query}", headers={"Cookie": cookie} if cookie else {})
    answer = connection.getresponse()
    for line in answer.headers.get_all("Set-Cookie") or []:
        name, value = line.split(";")[0].split("=", 1)
        cookies[name] = value
    if answer.status not in (302, 303):
        raise RuntimeError(f"{answer.status} instead of a redirect: {answer.read(300)!r}")
    return answer.headers["Location"]


if __name__ == "__main__":
    print(visit(*sys.argv[1:]))
