"""Where it can be reached: printed, and written to endpoints.txt under the names the old deployment used."""

import datetime
import subprocess

from said import note
from settings import ROOT

FILE = ROOT / "endpoints.txt"


def written(settings, account, outputs, live):
    url = outputs["FunctionUrl"]
    lines = {
        "Environment": settings.environment,
        "Deployed": f"{datetime.datetime.now(datetime.timezone.utc):%Y-%m-%dT%H:%M:%SZ}" + commit(),
        "Function Name": outputs["LambdaFunctionName"],
        "Function ARN": outputs["LambdaFunctionArn"],
        "Live": str(live),
        "Region": outputs["Region"],
        "Account ID": account.number,
        "Main URL": url,
        "Health Check": outputs["HealthCheckUrl"],
        "MCP RPC": outputs["MCPEndpointUrl"],
        "Direct Tools": f"{url}tools/{{toolName}}",
        "Metrics": f"{url}metrics",
    }
    if door := outputs.get("DoorUrl"):
        lines["Unsigned Door"] = door
    text = [f"{name}: {value}" for name, value in lines.items()]
    FILE.write_text("\n".join(text) + "\n")
    for line in text:
        note(line)


def commit():
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    return f", commit {done.stdout.strip()}" if done.returncode == 0 else ""
