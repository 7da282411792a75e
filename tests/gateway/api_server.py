"""A Kubernetes API server of one namespace: ConfigMaps and Services, with selectors, pages, versions, bookmarks and watches."""

import contextlib
import http.server
import json
import threading
import time
import urllib.parse

NAMESPACE, TOKEN = "tools", "a-test-token-and-nothing-else"
KINDS = {"configmaps": "ConfigMap", "services": "Service"}
PAGE = 2
RECONSIDER_SECONDS, LONGEST_SECONDS = 0.5, 1800


class Cluster:
    def __init__(self):
        self.changed = threading.Condition()
        self.version, self.oldest = 1, 0
        self.objects, self.events, self.requests, self.denied = {}, [], [], set()

    def put(self, kind, name, **members):
        with self.changed:
            self.version += 1
            metadata = {"name": name, "namespace": NAMESPACE, "uid": f"uid-{name}", "resourceVersion": str(self.version)}
            labels = members.pop("labels", None)
            happened = "MODIFIED" if (kind, name) in self.objects else "ADDED"
            item = {"apiVersion": "v1", "kind": KINDS[kind], "metadata": metadata | ({"labels": labels} if labels else {})} | members
            self.objects[kind, name] = item
            self.events.append((self.version, kind, happened, item))
            self.changed.notify_all()

    def remove(self, kind, name):
        with self.changed:
            self.version += 1
            self.events.append((self.version, kind, "DELETED", self.objects.pop((kind, name))))
            self.changed.notify_all()

    def compact(self):
        """What was known before is too old from now on."""
        with self.changed:
            self.version += 1
            self.oldest = self.version
            self.changed.notify_all()

    def asked(self, verb):
        return sum(known == verb for known, _ in self.requests)


def selects(query, item):
    """Whether both selectors, of which `=` and `==` are known, take it."""
    metadata = item["metadata"]
    fields = {"metadata.name": metadata["name"], "metadata.namespace": metadata["namespace"]}
    for selector, values in (("fieldSelector", fields), ("labelSelector", metadata.get("labels", {}))):
        for clause in filter(None, query.get(selector, "").split(",")):
            name, _, value = clause.replace("==", "=").partition("=")
            if values.get(name) != value:
                return False
    return True


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        split = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(split.query))
        cluster, kind = self.server.cluster, split.path.rpartition("/")[2]
        verb = "watch" if query.get("watch") in ("1", "true", "True") else "list"
        with cluster.changed:
            cluster.requests.append((verb, self.path))
        if self.headers["authorization"] != f"Bearer {TOKEN}":
            return self.status(401, "Unauthorized")
        if split.path != f"/api/v1/namespaces/{NAMESPACE}/{kind}" or kind not in KINDS:
            return self.status(404, "NotFound")
        if (verb, kind) in cluster.denied:
            return self.status(403, "Forbidden")
        self.watch(cluster, kind, query) if verb == "watch" else self.list(cluster, kind, query)

    def list(self, cluster, kind, query):
        with cluster.changed:
            items = [item for (of, _), item in sorted(cluster.objects.items()) if of == kind and selects(query, item)]
            version = str(cluster.version)
        start = int(query.get("continue") or 0)
        length = min(int(query.get("limit") or 0) or len(items), PAGE) or PAGE
        metadata = {"resourceVersion": version}
        if "limit" in query and start + length < len(items):
            metadata["continue"] = str(start + length)
            items = items[: start + length]
        self.whole(200, {"apiVersion": "v1", "kind": f"{KINDS[kind]}List", "metadata": metadata, "items": items[start:]})

    def watch(self, cluster, kind, query):
        seen = int(query.get("resourceVersion") or cluster.version)
        deadline = time.monotonic() + float(query.get("timeoutSeconds") or LONGEST_SECONDS)
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while not self.server.is_over and time.monotonic() < deadline:
                with cluster.changed:
                    if seen < cluster.oldest:
                        gone = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "Expired", "code": 410}
                        return self.event("ERROR", gone)
                    news = [event for event in cluster.events if event[0] > seen]
                    is_newer, seen = cluster.version > seen, cluster.version
                for _, of, happened, item in news:
                    if of == kind and selects(query, item):
                        self.event(happened, item)
                if is_newer and query.get("allowWatchBookmarks") in ("1", "true"):
                    self.event("BOOKMARK", {"apiVersion": "v1", "kind": KINDS[kind], "metadata": {"resourceVersion": str(seen)}})
                with cluster.changed:
                    cluster.changed.wait_for(lambda: cluster.version > seen, RECONSIDER_SECONDS)

    def event(self, happened, item):
        self.wfile.write(json.dumps({"type": happened, "object": item}).encode() + b"\n")
        self.wfile.flush()

    def status(self, code, reason):
        self.whole(code, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": reason, "code": code})

    def whole(self, code, body):
        body = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def serving():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.cluster, server.is_over = True, Cluster(), False
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", server.cluster
    finally:
        server.is_over = True
        server.shutdown()


def kubeconfig(address, folder):
    file = folder / "kubeconfig"
    context = {"cluster": "c", "user": "u", "namespace": NAMESPACE}
    file.write_text(json.dumps({
        "apiVersion": "v1", "kind": "Config", "current-context": "here", "contexts": [{"name": "here", "context": context}],
        "clusters": [{"name": "c", "cluster": {"server": address}}], "users": [{"name": "u", "user": {"token": TOKEN}}],
    }))
    return file
