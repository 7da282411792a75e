"""A session of MCP over standard input and output."""

import contextlib
import json
import subprocess
import threading

SECONDS = 60


class Session:
    def __init__(self, process):
        self.process = process
        self.last_id = 0

    def request(self, method, params):
        self.last_id += 1
        self.send({"jsonrpc": "2.0", "id": self.last_id, "method": method, "params": params})
        for line in self.process.stdout:
            message = json.loads(line)
            if message.get("id") == self.last_id and "method" not in message:
                return message["result"]
        raise EOFError(f"it ended before it answered `{method}`")

    def send(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()

    def tools(self):
        return self.request("tools/list", {})["tools"]

    def call(self, tool, arguments):
        """A call that a person has agreed to, where the server wants that."""
        result = self.request("tools/call", {"name": tool, "arguments": arguments})
        text = result["content"][0]["text"] if result["content"] else ""
        if result.get("isError") and '"confirm": "' in text:
            token = text.split('"confirm": "')[1].split('"')[0]
            return self.call(tool, arguments | {"confirm": token})
        return result


@contextlib.contextmanager
def session(command, environment, log):
    with open(log, "wb") as said:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
        )
        # Whoever waits for an answer that does not come is let go.
        timer = threading.Timer(SECONDS, process.kill)
        timer.start()
        try:
            opened = Session(process)
            info = {"name": "voice-tests", "version": "1.0.0"}
            opened.request("initialize", {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": info})
            opened.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
            yield opened
        finally:
            timer.cancel()
            process.kill()
            process.wait()
