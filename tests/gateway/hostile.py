"""An MCP server over stdio with one fault: `python hostile.py FAULT [FILE]`. Every message it gets is appended to FILE."""

import json
import os
import signal
import subprocess
import sys
import time

# None where another program takes its words from here.
FAULT, RECORD = (*sys.argv[1:3], None, None)[:2]
FOREVER = 3600
WIDE = 20 << 20
LARGE = 1 << 20
TOOL = {"name": "work", "description": "Does it.", "inputSchema": {"type": "object"}}
# Each would take the whole list of a client with it.
UNFIT = [
    {"name": "unfit", "inputSchema": {"type": "object", "properties": {"a": {"$ref": "https://example.com/a.json"}}}},
    {"name": "unfit-untyped", "inputSchema": {}},
    {"name": "unfit-flag", "inputSchema": {"type": "object", "properties": {"a": True}}},
    {"name": "unfit-null", "description": None, "inputSchema": {"type": "object"}},
    {"name": "unfit-hint", "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": "yes"}},
    {"name": "unfit-output", "inputSchema": {"type": "object"}, "outputSchema": {"type": "object", "$ref": "#/$defs/a"}},
]
# What a reader of JSON may take for what it is not, and a writer would write otherwise.
ODD_TOOL = (
    '{ "annotations":{"readOnlyHint":true,"x-own":1.0}, "inputSchema":{"type":"object","default":1e2,"x":[ 1 , 2.50 ]},'
    '"name":"work","execution":{"taskSupport":"forbidden"},"icons":[{"src":"data:,"}],"unknown":{"\\u0061":null},'
    '"description":"gr\u00fc\u00dfe \\u00e9 \\/"}'
)
ODD_RESULT = (
    '{ "structuredContent":{"n":1.0,"big":123456789012345678901234567890,"small":1e-7,"exp":1E400,"z":-0},'
    '"content":[ {"type":"text","text":"\\u00e9\\/ \u2028"},{"type":"hologram","data":[1.50,{}]} ],"unknown":null,'
    '"_meta":{"example.com/a":[1.0]} }'
)
ODD_ERROR = '{"message":"no \\u00e9","code":-32042,"data":{"n":1.0,"list":[]}}'
grown = False


def main():
    if FAULT == "ends-at-start":
        sys.exit("it cannot find its database")
    if FAULT == "ignores-term":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if FAULT == "grandchildren":
        for _ in range(3):
            subprocess.Popen(["sleep", str(FOREVER)], stdin=subprocess.DEVNULL)
    if FAULT == "stderr":
        complain()
    if FAULT == "noise":
        noise()
    for line in sys.stdin:
        message = json.loads(line)
        record(message)
        if "id" in message and "method" in message:
            answer(message)
    if FAULT == "ignores-term":
        time.sleep(FOREVER)


def record(message):
    if RECORD:
        with open(RECORD, "a") as file:
            file.write(json.dumps(message) + "\n")


def answer(message):
    ask = {"initialize": opened, "tools/list": listed, "tools/call": called}.get(message["method"])
    if ask is None:
        say({"id": message["id"], "error": {"code": -32601, "message": "unknown"}})
    elif (result := ask(message)) is not None:
        say({"id": message["id"], "result": result})


def opened(message):
    if FAULT == "hangs-in-initialize":
        time.sleep(FOREVER)
    server = {"name": FAULT, "version": "1"}
    version = message["params"]["protocolVersion"]
    return {"protocolVersion": version, "capabilities": {"tools": {"listChanged": True}}, "serverInfo": server}


def listed(message):
    if FAULT == "hangs-in-list":
        time.sleep(FOREVER)
    if FAULT == "odd":
        return write(message, "result", f'{{"tools":[{ODD_TOOL},{ODD_TOOL.replace("work", "refuse", 1)}]}}')
    if FAULT == "endless-cursor":
        page = int(message["params"].get("cursor", 0))
        named = TOOL if page == 0 else TOOL | {"name": f"work-{page}"}
        return {"tools": [named], "nextCursor": str(page + 1)}
    if FAULT == "same-cursor":
        return {"tools": [TOOL], "nextCursor": "again"}
    if FAULT == "schema":
        return {"tools": [*UNFIT, TOOL]}
    if FAULT == "grows":
        return {"tools": [TOOL, TOOL | {"name": "grown"}] if grown else [TOOL]}
    return {"tools": [TOOL]}


def called(message):
    if FAULT == "ends-in-call":
        sys.exit("it fell over")
    if FAULT in ("hangs-in-call", "records"):
        return None
    if FAULT == "odd":
        is_work = message["params"]["name"] == "work"
        return write(message, *(("result", ODD_RESULT) if is_work else ("error", ODD_ERROR)))
    if FAULT == "wrong-id":
        say({"id": 4711, "result": text("of another")})
        return None
    if FAULT == "stderr":
        complain()
    if FAULT == "noise":
        noise()
    if FAULT == "long-line" and message["params"]["arguments"].get("wide"):
        return text("x" * WIDE)
    if FAULT == "long-line" and message["params"]["arguments"].get("id_last"):
        # As the official TypeScript servers write it.
        say_exactly({"result": text("x" * WIDE), "jsonrpc": "2.0", "id": message["id"]})
        return None
    if FAULT == "large":
        return text("x" * LARGE)
    if FAULT == "storm":
        for _ in range(1000):
            say({"method": "notifications/tools/list_changed"})
    if FAULT == "grows":
        globals()["grown"] = True
        say({"method": "notifications/tools/list_changed"})
    if FAULT == "environment":
        return text(json.dumps(environment()))
    return text("done")


def environment():
    try:
        with open(f"/proc/{os.getppid()}/environ", "rb") as file:
            parent = file.read().decode(errors="replace")
    except OSError as error:
        parent = type(error).__name__
    return {"own": dict(os.environ), "parent": parent}


def complain():
    sys.stderr.write(("it complains at length " * 43 + "\n") * 1000)
    sys.stderr.flush()


def noise():
    for line in ("Server ready.", "", "{", "[1,2]", "null", '{"a": "\\ud800"}', '{"jsonrpc":"2.0","id":999,"result":{}}'):
        sys.stdout.write(line + "\n")
    sys.stdout.flush()
    sys.stdout.buffer.write(b"\xff\xfe\x00\n")


def text(words):
    return {"content": [{"type": "text", "text": words}]}


def write(message, member, text):
    """An answer to the letter."""
    sys.stdout.buffer.write(f'{{"jsonrpc":"2.0", "{member}":{text},"id":{message["id"]}}}\n'.encode())
    sys.stdout.buffer.flush()


def say(message):
    say_exactly({"jsonrpc": "2.0"} | message)


def say_exactly(message):
    sys.stdout.write(json.dumps(message) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
