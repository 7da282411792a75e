"""What the operator says, by variables of `make deploy NAME=value` or of the environment; docs/DEPLOY.md lists them."""

import os
import pathlib
import re
from dataclasses import dataclass

from stop import Stop

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
INFRA = ROOT / "infra"


@dataclass(frozen=True)
class Settings:
    environment: str
    package: pathlib.Path | None
    mesh: pathlib.Path
    verify: str | None
    elevenlabs: bool
    expect_corpus: str | None
    expect_found: str | None
    agreed: bool
    account: str | None
    bucket: str | None
    canary: float | None
    watch_minutes: float
    version: str | None
    confirmed: str | None

    @property
    def inputs(self):
        return INFRA / "env" / f"{self.environment}.tfvars"

    @property
    def folder(self):
        """Where one environment's Terraform data and plan lie, so that two never meet."""
        return ROOT / "target" / "deploy" / self.environment


def read():
    settings = Settings(
        environment=given("ENV") or "",
        package=path("PACKAGE"),
        mesh=path("MESH") or ROOT / "target" / "release" / "mesh",
        verify=given("VERIFY"),
        elevenlabs=given("ELEVENLABS") == "1",
        expect_corpus=given("EXPECT_CORPUS"),
        expect_found=given("EXPECT_FOUND"),
        agreed=given("YES") == "1",
        account=given("EXPECT_ACCOUNT"),
        bucket=given("STATE_BUCKET"),
        canary=number("CANARY", 0, 0.99),
        watch_minutes=number("WATCH_MINUTES", 0, 24 * 60) if given("WATCH_MINUTES") else 10,
        version=given("VERSION"),
        confirmed=given("CONFIRM"),
    )
    if not settings.inputs.is_file():
        known = ", ".join(sorted(file.stem for file in (INFRA / "env").glob("*.tfvars")))
        raise Stop(f"ENV=`{settings.environment}` is no environment", f"say ENV=…, one of {known}, or describe another in infra/env/")
    return settings


def given(name):
    return os.environ.get(name) or None


def path(name):
    # `make` runs in the root; a path is meant from where the command was given.
    return pathlib.Path(os.environ[name]).expanduser().absolute() if given(name) else None


def number(name, least, most):
    text = given(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d*\.?\d+", text) or not least <= float(text) <= most:
        raise Stop(f"{name}=`{text}` is no number from {least} to {most}", "correct it")
    return float(text)
