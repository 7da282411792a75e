"""Code as people ask for it."""

from corpus import INPUTS
from tally import equal, holds


def identifiers(corpus):
    """identifiers: names are split as people read them"""
    equal(corpus.index("--code", INPUTS / "identifiers").status, 0)
    with corpus.serve() as server:
        for query, name in [
            ("base64", "enc.ts"), ("s3 client", "s3.js"), ("oauth2 token", "oauth.js"), ("sha256", "sha.ts"),
            ("user id", "uid.go"), ("parse url", "url.go"), ("serve http", "srv.go"), ("order", "dto.cs"),
            ("payment service", "v2.java"), ("ipv6", "ip.py"), ("user by id", "ok.ts"), ("parse xml", "ok2.go"),
        ]:
            equal((query, [found["name"] for found in server.results("code", query)][:1]), (query, [name]))


def notebook(corpus):
    """notebook: cells are read as the code and text they are, and no picture is"""
    equal(corpus.index("--code", INPUTS / "notebook").status, 0)
    with corpus.serve() as server:
        found = server.results("code", "step_three")
        holds(found, "step_three: nothing found")
        holds(found[0]["language"] in ("Jupyter", "Jupyter Notebook", "Python"), f"the language is {found[0]['language']}")
        holds("def step_three(frame):\n    return frame" in found[0]["preview"], f"lines of code: {found[0]['preview']!r}")
        equal(server.results("code", "xQ"), [])


FACTS = [identifiers, notebook]
