"""Servers that are found in a Kubernetes namespace. The API server is ours: what it answers is judged by the official client first."""

import json
import os
import subprocess
import urllib.request

import api_server
from gateway import MESH, ROOT, settled
from served import served
from tally import equal, holds

CLIENT = ROOT / ".tools/gateway-kubernetes/bin/python"
LABEL = "agentgateway.elfautomations.com/register"
TARGETS = {"targets": {"mcp": [{"name": "registry", "http": {"url": "http://registry.tools.svc:8080/mcp"}}]}}
NAMES = {"drive", "events", "registry"}
START_SECONDS, TAKE_UP_SECONDS = 30, 40


def judge(tally, folder):
    with api_server.serving() as (address, cluster):
        config = api_server.kubeconfig(address, folder)
        cluster.put("configmaps", "agentgateway-config", data={"config.json": json.dumps(TARGETS)})
        register(cluster, "drive", "http://drive.tools.svc/mcp")
        cluster.put("configmaps", "unrelated", data={"config.json": json.dumps(TARGETS)})
        port = {"name": "mcp", "port": 3000, "appProtocol": "agentgateway.dev/mcp"}
        cluster.put("services", "events", spec={"ports": [port]})
        cluster.put("services", "web", spec={"ports": [{"port": 80}]})
        tally.check("cluster: the official client finds in it what is there, and is told of changes", lambda: judged(cluster, config))
        tally.check("cluster: `mesh upstream list` finds the servers", lambda: listed(config, folder))
        followed(tally, cluster, config, folder)


def register(cluster, name, endpoint):
    text = json.dumps({"name": name, "protocol": "http", "endpoint": endpoint})
    cluster.put("configmaps", f"{name}-config", labels={LABEL: "true"}, data={"agentgateway-config.json": text})


def judged(cluster, config):
    command = [CLIENT, "kubernetes_client.py", config, f"{LABEL}=true", "5"]
    ran = subprocess.Popen(command, cwd=ROOT / "tests/gateway", stdout=subprocess.PIPE, text=True)
    with ran:
        told = json.loads(ran.stdout.readline())
        equal(list(told["labelled"]), ["drive-config"])
        equal(json.loads(told["labelled"]["drive-config"]["agentgateway-config.json"])["name"], "drive")
        equal(told["named"], ["agentgateway-config"])
        equal(told["ports"], {"events": ["agentgateway.dev/mcp"], "web": [None]})
        equal(told["pages"], [["agentgateway-config", "drive-config"], ["unrelated"]])
        register(cluster, "passing", "http://passing.tools.svc/mcp")
        register(cluster, "passing", "http://other.tools.svc/mcp")
        cluster.remove("configmaps", "passing-config")
        events = [json.loads(ran.stdout.readline()) for _ in range(3)]
    equal(events, [[happened, "passing-config"] for happened in ("ADDED", "MODIFIED", "DELETED")])


def environment(config, folder):
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "TMPDIR")}
    return kept | {"KUBECONFIG": str(config), "HOME": str(folder), "MESH_DISCOVER": "kubernetes"}


def listed(config, folder):
    ran = subprocess.run([MESH, "upstream", "list"], cwd=folder, env=environment(config, folder), capture_output=True, text=True)
    equal(ran.returncode, 0)
    equal({line.partition(":")[0] for line in ran.stdout.splitlines()}, NAMES)
    holds("events: HTTP at http://events.tools.svc:3000/mcp; " in ran.stdout, ran.stdout)


def followed(tally, cluster, config, folder):
    settings = [f"{name}={value}" for name, value in environment(config, folder).items()]
    command = ["env", "-i", "-C", str(folder), *settings, str(MESH), "serve", "--listen", "127.0.0.1:0"]
    with served(command, folder / "log") as address:
        names = lambda: {server["name"] for server in get(f"{address}/mcp/servers")["servers"]}
        soon = lambda wanted: equal(settled(names, lambda found: found == wanted, TAKE_UP_SECONDS), wanted)
        tally.check("cluster: its servers are served", lambda: equal(settled(names, NAMES.__eq__, START_SECONDS), NAMES))
        register(cluster, "mail", "http://mail.tools.svc/mcp")
        tally.check("cluster: one that is added is served soon", lambda: soon(NAMES | {"mail"}))
        settled(lambda: cluster.asked("watch"), lambda count: count >= 3, TAKE_UP_SECONDS)
        lists = cluster.asked("list")
        cluster.remove("configmaps", "mail-config")
        tally.check("cluster: one that is removed is not", lambda: soon(NAMES))
        tally.check("cluster: which is watched, and not listed again", lambda: equal(cluster.asked("list"), lists))
        cluster.compact()
        register(cluster, "notes", "http://notes.tools.svc/mcp")
        tally.check("cluster: after what was known is too old, it goes on", lambda: soon(NAMES | {"notes"}))
        tally.check("cluster: by another list", lambda: holds(cluster.asked("list") > lists, cluster.requests))
        log = (folder / "log").read_text()
        tally.check("cluster: no token is in the log", lambda: holds(api_server.TOKEN not in log, log))


def get(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)
