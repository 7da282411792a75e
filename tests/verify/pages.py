"""The commands on the operators' pages, run as they are written: AWS is moto, the function's address is the emulated one.

A block of commands is a script. A command in a sentence is run too where it only asks; another is parsed, by `--help` behind
it. `make` says what it would do. What belongs to others (Terraform, Docker, clients, PostgreSQL) is not run here.
"""

import contextlib
import io
import json
import re
import shutil
import subprocess
import zipfile

from stage import FUNCTION, HERE, MESH, REGION, ROOT, TOKEN
from tally import equal, holds

PAGES = ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")), "infra/README.md"]
BLOCK = re.compile(r"(?<=\n\n)(?:    .*\n(?:\n(?=    ))*)+")
SPOKEN = re.compile(r"`((?:mesh|make|aws\s+\w+)\s[^`]*)`")
ASKING = re.compile(r"mesh (status|verify) .*|aws .*")
OURS = {"mesh", "target/release/mesh", "make", "aws", "export", "curl", "tar", "mkdir", "cp", "cd", "printf"}
OTHERS = {"claude", "cargo", "docker", "pg_dump", "psql", "supabase", "terraform"}
# Settings of clients, queries of CloudWatch, sums.
NO_COMMANDS = {'{"mcpServers":', '{"servers":', "filter", "duration"}
ANSWERS = "http://127.0.0.1:3000"


def blocks(page):
    """Scripts, each line a whole command."""
    found = BLOCK.findall((ROOT / page).read_text().replace("\\\n", ""))
    return [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in found]


def programs(script):
    lines = [re.sub(r"^(\w+=(\$\(.*?\)|\S*) +)+", "", line) for line in script.splitlines()]
    return [line.split()[0] for line in lines if line.strip()]


def every_block_is_known(stage):
    unknown = set()
    for page in PAGES:
        for script in blocks(page):
            first = programs(script)[0]
            if first in OURS | OTHERS:
                unknown |= set(programs(script)) - OURS - OTHERS
            else:
                unknown |= {first} - NO_COMMANDS
    equal(unknown, set())


def commands_run(stage):
    failed, run = [], 0
    with stage.front() as url, stage.server("--corpus", stage.folder / "corpus") as local:
        for page in PAGES:
            with place(stage, url, page) as shell:
                for script in written(page):
                    ended = shell(fitted(script, url, local))
                    run += 1
                    if ended.returncode:
                        failed.append(f"{page}: {script.strip()}\n{ended.returncode}: {ended.stderr.strip()[-300:]}")
    holds(not failed, "\n".join(failed))
    holds(run > 60, f"{run} commands: the pages have another shape")


def written(page):
    """Every script of a page and every command in its sentences, after what the page exports."""
    text, exports = (ROOT / page).read_text(), ""
    for script in blocks(page):
        if programs(script)[0] in OURS | OTHERS:
            yield exports + script
            exports += "".join(f"{line}\n" for line in script.splitlines() if line.startswith("export "))
    for command in SPOKEN.findall(BLOCK.sub("", text)):
        command = " ".join(command.split())
        is_run = ASKING.fullmatch(command) or command.startswith("make ")
        yield exports + command + ("" if is_run else " --help")


def fitted(script, url, local):
    """With an address, a function, a bucket and a token where the page says that the reader has one."""
    script = script.replace(f"{FUNCTION}-staging", FUNCTION)
    script = script.replace("https://ID.lambda-url.us-east-2.on.aws", url).replace(ANSWERS, local)
    script = script.replace("0.0.0.0:3000", "127.0.0.1:0").replace("BUCKET", "mesh-corpora").replace("AWS_PROFILE=… ", "")
    return re.sub(r"(mesh (?:call|verify)) URL\b", rf"\1 {local}", script).replace(" …", "")


@contextlib.contextmanager
def place(stage, url, page):
    """A checkout as far as the commands see it, with a home around it; what they call is beside it."""
    folder = stage.folder / "pages" / page.replace("/", "-")
    for name in ["documents", "docs", "infra", "src/project", "target/release", "target/lambda", "bin"]:
        (folder / name).mkdir(parents=True)
    shutil.copytree(stage.folder / "corpus", folder / "corpus")
    (folder / "documents" / "aoma.md").write_text("# AOMA\n\nAOMA keeps the masters of all recordings.\n")
    (folder / "src" / "project" / "main.rs").write_text("fn main() {}\n")
    example = (ROOT / "docs" / "POLICY.md").read_text().split("```toml\n")[1].split("```")[0]
    (folder / "policy.toml").write_text(example)
    own = {"command": str(MESH), "args": ["serve", "--stdio"]}
    (folder / ".mcp.json").write_text(json.dumps({"mcpServers": {"own": own}}))
    (folder / "endpoints.txt").write_text(f"Main URL: {url}\nMCP RPC: {url}/rpc\n")
    (folder / "target" / "lambda" / "mcp-arm64.zip").write_bytes(b"")
    for name, program in {"mesh": "mesh", "aws": "aws", "make": "make", **dict.fromkeys(OTHERS, "others")}.items():
        (folder / "bin" / name).symlink_to(HERE / "bin" / program)
    (folder / "target" / "release" / "mesh").symlink_to(HERE / "bin" / "mesh")
    environment = stage.environment(
        HOME=str(folder), MESH=str(MESH), TOKEN=TOKEN, MESH_SIGN=REGION, ROOT=str(ROOT), GIT_CONFIG_NOSYSTEM="1"
    )
    environment["PATH"] = f"{folder / 'bin'}:{ROOT / '.tools' / 'infra-moto' / 'bin'}:{environment['PATH']}"
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@example.com", "-C", str(folder / "src" / "project")]
    for arguments in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "first"]):
        subprocess.run([*git, *arguments], env=environment, check=True)
    deployed(stage)

    def shell(script):
        command = ["bash", "-euo", "pipefail", "-c", script]
        return subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
        )

    yield shell


def deployed(stage):
    """The function with its alias, and the bucket that corpora lie in."""
    functions = stage.aws("lambda")
    if functions.list_functions()["Functions"]:
        return
    stage.aws("s3").create_bucket(Bucket="mesh-corpora", CreateBucketConfiguration={"LocationConstraint": REGION})
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("bootstrap", "")
    trust = '{"Version": "2012-10-17", "Statement": []}'
    role = stage.aws("iam").create_role(RoleName="mesh", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    made = dict(FunctionName=FUNCTION, Role=role, Runtime="provided.al2023", Handler="bootstrap", Publish=True)
    version = functions.create_function(Code={"ZipFile": code.getvalue()}, **made)["Version"]
    functions.create_alias(FunctionName=FUNCTION, Name="live", FunctionVersion=version)


FACTS = {
    "every block on the pages is of commands we know, or of none": every_block_is_known,
    "the commands on the pages run as they are written": commands_run,
}
