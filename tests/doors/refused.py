"""Tokens that were really issued, and are not for this server, or not any more: all are answered alike."""

import base64
import json
import urllib.error
import urllib.parse
import urllib.request

from tally import equal

PING = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "ping"}).encode()


def judge_refusals(tally, mesh, issuer, other):
    resource = f"{mesh}/rpc"
    good = token(issuer, resource)
    cases = {
        "of another audience": bearer(token(issuer, "http://127.0.0.1:9/rpc")),
        "that has expired": bearer(token(issuer, resource, client="expired")),
        "of another issuer, whose key has the same name": bearer(token(other, resource)),
        "whose signature was changed": bearer(good[:-8] + "AAAAAAAA"),
        "of 64 KB": bearer(good + "A" * (64 << 10)),
        "that is none": bearer("x.y.z"),
        "in another scheme": {"Authorization": f"DPoP {good}"},
    }
    wanted = post(mesh, bearer(""))
    tally.check("nothing is let in without a token", lambda: equal(wanted[0], 401))
    for case, headers in cases.items():
        tally.check(f"a token {case} gets the same 401", lambda headers=headers: equal(post(mesh, headers)[:2], wanted[:2]))
    query = f"/rpc?access_token={good}"
    tally.check("a token in the address gets the same 401", lambda: equal(post(mesh, {}, query)[:2], wanted[:2]))
    bare = token(issuer, resource, scope=None)
    tally.check("a token without the scope gets 403 and is told it", lambda: scopeless(mesh, bare))
    tally.check("the good one, beside them, is let in", lambda: equal(post(mesh, bearer(good))[0], 200))


def scopeless(mesh, held):
    status, body, challenge = post(mesh, bearer(held))
    equal((status, json.loads(body)["error"]), (403, "insufficient_scope"))
    equal('error="insufficient_scope"' in challenge and 'scope="mesh:read"' in challenge, True)


def bearer(held):
    return {"Authorization": f"Bearer {held}"}


def token(issuer, resource, client="robot", scope="mesh:read"):
    asked = {"grant_type": "client_credentials", "resource": resource} | ({"scope": scope} if scope else {})
    secret = base64.b64encode(f"{client}:fake-secret-of-{client}".encode()).decode()
    body = urllib.parse.urlencode(asked).encode()
    request = urllib.request.Request(f"{issuer}/token", body, {"Authorization": f"Basic {secret}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["access_token"]


def post(mesh, headers, path="/rpc"):
    """Status, body and challenge."""
    headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"} | headers
    request = urllib.request.Request(mesh + path, PING, headers)
    try:
        answer = urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        return answer.status, answer.read(), answer.headers.get("WWW-Authenticate") or ""
