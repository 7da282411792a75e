"""What can be read off the files themselves, and what they share with the server's own source."""

import json
import re
import subprocess

from tally import equal, holds
from terraform import ROOT, TERRAFORM

INFRA = ROOT / "infra"
FUNCTION = INFRA / "modules" / "function"
BLOCK = re.compile(r'^(variable|output) "(\w+)" \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
HIDDEN = re.compile(r"secret_value|password|token|credential|private_key")


def check(tally):
    tally.check("the files are formatted", formatted)
    tally.check("every variable has a type, a description and a validation", variables_are_whole)
    tally.check("every output has a description", outputs_are_whole)
    tally.check("a variable that takes secrets is ephemeral and sensitive", secrets_pass_through)
    tally.check("no output can be a secret", no_output_is_secret)
    tally.check("every setting of the function is one the server knows", settings_are_known)
    tally.check("a page may send the URL what it may send the server, and what signing adds", pages_send_the_same)
    tally.check("the parameters are those the server reads", parameters_are_read)
    tally.check("neither address can be destroyed by accident", addresses_are_guarded)
    tally.check("every metric alarmed on is one the server writes, or Lambda's", metrics_are_written)


def formatted():
    done = subprocess.run([TERRAFORM, "fmt", "-check", "-recursive", str(INFRA)], capture_output=True, text=True)
    equal(done.stdout.split(), [])


def blocks(kind):
    for path in sorted(INFRA.rglob("*.tf")):
        for found, name, body in BLOCK.findall(path.read_text()):
            if found == kind:
                yield f"{path.relative_to(INFRA)}: {name}", body


def variables_are_whole():
    parts = ["\n  type ", "\n  description ", "\n  validation {"]
    lacking = [name for name, body in blocks("variable") if any(part not in f"\n{body}" for part in parts)]
    equal(lacking, [])


def outputs_are_whole():
    equal([name for name, body in blocks("output") if "  description " not in body], [])


def secrets_pass_through():
    taking = {name: body for name, body in blocks("variable") if HIDDEN.search(name)}
    holds(taking, "no variable takes secrets any more: this fact looks for the wrong names")
    kept = [name for name, body in taking.items() if not re.search(r"ephemeral\s*= true", body) or not re.search(r"sensitive\s*= true", body)]
    equal(kept, [])


def no_output_is_secret():
    equal([name for name, body in blocks("output") if HIDDEN.search(body) or "value_wo" in body], [])


def settings_are_known():
    text = (FUNCTION / "function.tf").read_text()
    given = set(re.findall(r"^    (MESH_\w+) ", text, re.MULTILINE))
    known = set(re.findall(r"`(MESH_\w+)`", (ROOT / "docs" / "CONFIGURATION.md").read_text()))
    holds(given, "function.tf has no literal map of MESH_ settings")
    equal(sorted(given - known), [])


def pages_send_the_same():
    source = (ROOT / "crates" / "mesh-app" / "src" / "http" / "layer" / "origin.rs").read_text()
    allowed = re.search(r'ALLOWED_HEADERS: &str = "(.*?)";', source, re.DOTALL).group(1)
    listed = (FUNCTION / "url.tf").read_text().split("request_headers = [", 1)[1].split("]", 1)[0]
    signed = ["x-amz-content-sha256", "x-amz-date", "x-amz-security-token"]
    equal(sorted(re.findall(r'"([a-z0-9-]+)"', listed)), sorted(re.findall(r"[a-z0-9-]+", allowed) + signed))


def parameters_are_read():
    source = (ROOT / "crates" / "mesh-core" / "src" / "parameter.rs").read_text()
    body = source.split("fn spellings", 1)[1].split("\n    }\n", 1)[0]
    listed = (INFRA / "secrets.tf").read_text().split("toset([", 1)[1].split("])", 1)[0]
    equal(sorted(re.findall(r'"([a-z-]+)"', listed)), sorted(re.findall(r'"([a-z-]+)"', body)))


def addresses_are_guarded():
    for file, address in {FUNCTION / "url.tf": "aws_lambda_function_url", INFRA / "door.tf": "aws_apigatewayv2_api"}.items():
        block = re.search(rf'^resource "{address}" .*?^}}', file.read_text(), re.MULTILINE | re.DOTALL).group()
        holds("prevent_destroy = true" in block, f"{file.name} lets {address} be destroyed")


def metrics_are_written():
    text = (FUNCTION / "alarms.tf").read_text() + (INFRA / "dashboard.tf").read_text()
    asked = set(re.findall(r'"AomaMesh", (?:metric = )?"(\w+)"', text)) | set(re.findall(r'"(RequestCount|ToolFailures)"', text))
    asked |= set(re.findall(r'by = "(?:Tool|Backend)", metric = "(\w+)"', text))
    written = (ROOT / "docs" / "METRICS.md").read_text()
    equal(sorted(name for name in asked if f"`{name}`" not in written), [])
