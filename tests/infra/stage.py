"""Where an apply is played: moto on a free port, the state in an S3 bucket there, a copy of infra/ with its inputs."""

import contextlib
import json
import os
import pathlib
from dataclasses import dataclass

import boto3
from served import served
from terraform import ROOT, WITHOUT_COMPOSITE, Copy

REGION = "us-east-2"
STATE = "mesh-state"
SECRET = "a-value-no-state-may-hold"
ENVIRONMENT = "-var-file=env/staging.tfvars"
INPUTS = {
    "secrets": {"create": ["openai-api-key"]},
    "notify": {"emails": ["on-call@example.com"], "page": ["https://pager.example.com/mesh"]},
    "door": {"bearer_sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"},
    "table": {"enabled": True, "deletion_protection": False},
    "audio": {"enabled": True},
    "settings": {"corpus_uri": "s3://corpora/mesh.tar.gz"},
}


@dataclass
class Stage:
    folder: pathlib.Path
    address: str
    package: pathlib.Path
    copy: Copy

    def aws(self, service):
        return boto3.Session("onlooker", "onlooker", region_name=REGION).client(service, endpoint_url=self.address)

    def init(self):
        backend = {"bucket": STATE, "key": "mesh/staging", "region": REGION, "use_path_style": "true"}
        self.copy.init(*[f"-backend-config={name}={value}" for name, value in backend.items()])

    def outputs(self):
        return {name: one["value"] for name, one in json.loads(self.copy.run("output", "-json").stdout).items()}


@contextlib.contextmanager
def staged(folder, package):
    with served(["env", f"MOTO_ASKED={folder / 'asked.txt'}", str(ROOT / "scripts" / "moto")], folder / "moto.log") as address:
        stage = Stage(folder, address, package, Copy(folder / "applied", credentials(address)))
        stage.copy.override("incident_override.tf", WITHOUT_COMPOSITE)
        stage.copy.override("given.auto.tfvars.json", json.dumps(INPUTS | {"package_path": str(package)}))
        stage.aws("s3").create_bucket(Bucket=STATE, CreateBucketConfiguration={"LocationConstraint": REGION})
        yield stage


def credentials(address):
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return own | {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",  # What moto cannot do it will not do later either.
        "TF_VAR_secret_values": json.dumps({"openai-api-key": SECRET}),
    }
