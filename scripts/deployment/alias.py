"""The alias `live`: what callers reach, and what is taken back."""

from dataclasses import dataclass, field

from botocore.exceptions import ClientError
from said import note
from stop import Stop

LIVE = "live"


@dataclass(frozen=True)
class Live:
    """The version that is live, and the part of the calls that go to another."""

    version: str
    weights: dict = field(default_factory=dict)

    def __str__(self):
        shares = [f"{weight:.0%} of the calls to version {version}" for version, weight in self.weights.items()]
        return ", ".join([f"version {self.version}", *shares])


class Alias:
    def __init__(self, account, name, region):
        self.client = account.client("lambda", region)
        self.name = name

    def now(self):
        """None where there is no such function yet."""
        try:
            found = self.client.get_alias(FunctionName=self.name, Name=LIVE)
        except self.client.exceptions.ResourceNotFoundException:
            return None
        return Live(found["FunctionVersion"], (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {})

    def move(self, live):
        routing = {"AdditionalVersionWeights": live.weights}
        try:
            self.client.update_alias(FunctionName=self.name, Name=LIVE, FunctionVersion=live.version, RoutingConfig=routing)
        except ClientError as fault:
            by_hand = f"aws lambda update-alias --function-name {self.name} --name {LIVE} --function-version {live.version}"
            raise Stop(f"`live` could not be moved to {live}: {fault}", f"move it by hand: {by_hand}") from fault

    def back(self, before):
        """To where it was; says what became of it."""
        now = self.now()
        if before is None:
            return "there is no earlier version to go back to; docs/RUNBOOK.md, Kill switch, says how to close the door"
        if now == before:
            return f"`live` has not moved: {before}"
        self.move(before)
        note(f"`live` taken back from {now}")
        return f"`live` is back on {before}"

    def earlier(self, version):
        """The newest version before this one that is still there."""
        pages = self.client.get_paginator("list_versions_by_function").paginate(FunctionName=self.name)
        numbers = [int(one["Version"]) for page in pages for one in page["Versions"] if one["Version"].isdigit()]
        return str(max((number for number in numbers if number < int(version)), default=0) or "") or None

    def environment(self):
        """The settings of what is live, by the names of their variables."""
        found = self.client.get_function_configuration(FunctionName=self.name, Qualifier=LIVE)
        return found.get("Environment", {}).get("Variables", {})

    def url(self):
        return self.client.get_function_url_config(FunctionName=self.name, Qualifier=LIVE)["FunctionUrl"]
