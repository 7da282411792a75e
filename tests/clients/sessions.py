"""The official SDKs, each in its own process: which there are, and what one saw of a server."""

import json
import pathlib
import subprocess
from dataclasses import dataclass

from samples import MESH, ROOT

HERE = pathlib.Path(__file__).resolve().parent
SESSION_SECONDS = 120


@dataclass
class Client:
    language: str
    sdk: str
    transport: str
    mode: str
    version: str

    @property
    def name(self):
        mode = f", {self.mode}" if self.sdk in ("2.4", "2.3") else ""
        return f"{self.language} SDK {self.sdk} over {self.transport}{mode}"

    def command(self):
        if self.language == "TypeScript":
            return ["node", str(HERE / "session.mjs")]
        line = "1" if self.sdk == "1.30" else "2"
        return [str(ROOT / ".tools" / f"mcp-{self.sdk}.0" / "bin" / "python"), str(HERE / f"session_{line}.py")]

    def see(self, address, corpus, steps):
        """Runs the steps in one session and gives what the client saw; raises where it could not even connect or close."""
        targets = {
            "http": f"{address}/rpc",
            "sse": f"{address}/sse",
            "stdio": [str(MESH), "serve", "--stdio", "--corpus", str(corpus)],
        }
        plan = {"sdk": self.sdk, "transport": self.transport, "mode": self.mode}
        plan |= {"target": targets[self.transport], "steps": steps}
        done = subprocess.run(
            [*self.command(), json.dumps(plan)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SESSION_SECONDS,
        )
        if done.returncode != 0 or not done.stdout.strip():
            raise RuntimeError(f"the client left with {done.returncode}: {done.stderr.strip()[-1500:]}")
        return json.loads(done.stdout)


CLIENTS = [
    Client("TypeScript", "1.10", "http", "legacy", "2024-11-05"),
    Client("TypeScript", "1.10", "sse", "legacy", "2024-11-05"),
    Client("TypeScript", "1.10", "stdio", "legacy", "2024-11-05"),
    Client("TypeScript", "1.32", "http", "legacy", "2025-11-25"),
    Client("TypeScript", "1.32", "stdio", "legacy", "2025-11-25"),
    Client("TypeScript", "2.4", "http", "legacy", "2025-11-25"),
    Client("TypeScript", "2.4", "http", "auto", "2026-07-28"),
    Client("TypeScript", "2.4", "http", "pinned", "2026-07-28"),
    Client("TypeScript", "2.4", "stdio", "legacy", "2025-11-25"),
    Client("TypeScript", "2.4", "stdio", "auto", "2026-07-28"),
    Client("Python", "1.30", "http", "legacy", "2025-11-25"),
    Client("Python", "1.30", "sse", "legacy", "2025-11-25"),
    Client("Python", "1.30", "stdio", "legacy", "2025-11-25"),
    Client("Python", "2.3", "http", "legacy", "2025-11-25"),
    Client("Python", "2.3", "http", "auto", "2026-07-28"),
    Client("Python", "2.3", "stdio", "legacy", "2025-11-25"),
    Client("Python", "2.3", "stdio", "auto", "2026-07-28"),
]
