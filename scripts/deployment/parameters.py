"""The parameters the function reads, checked by the names it reads them by. Names and kinds only: no value is decrypted."""

from dataclasses import dataclass

from botocore.exceptions import ClientError
from said import note
from stop import Stop


@dataclass(frozen=True)
class Parameter:
    """Its names, of which the first that is there counts; a test holds this list to crates/mesh-core/src/parameter.rs."""

    spellings: tuple
    required: bool


PARAMETERS = [
    Parameter(("openai-api-key",), True),
    Parameter(("aoma-assistant-id",), False),
    Parameter(("openai-vector-store-id",), False),
    Parameter(("next-public-supabase-url", "supabase-url"), True),
    Parameter(("supabase-service-role-key",), True),
    Parameter(("next-public-supabase-anon-key", "supabase-anon-key"), False),
    Parameter(("state-key",), False),
]


def check(account, inputs):
    if inputs.source != "ssm":
        return note("none: secrets.source is off")
    kinds = found(account.client("ssm", inputs.region), inputs.prefix)
    missing = [one for one in PARAMETERS if not stands(one, kinds, inputs)]
    for parameter in missing:
        if not parameter.required:
            note(f"{inputs.prefix}{parameter.spellings[0]}: not there, and not needed")
    if required := [inputs.prefix + " or ".join(one.spellings) for one in missing if one.required]:
        name = next(one.spellings[0] for one in missing if one.required)
        raise Stop(
            "missing in the parameter store: " + ", ".join(required),
            f"put each there: mesh secrets put {name} --prefix {inputs.prefix} --region {inputs.region}",
        )


def found(ssm, prefix):
    """Each parameter that is there, and its kind."""
    names = [prefix + spelling for parameter in PARAMETERS for spelling in parameter.spellings]
    try:
        answer = ssm.get_parameters(Names=names, WithDecryption=False)
    except ClientError as fault:
        raise Stop(f"the parameters cannot be looked at: {fault}", "these credentials need ssm:GetParameters on them") from fault
    return {one["Name"]: one["Type"] for one in answer["Parameters"]}


def stands(parameter, kinds, inputs):
    for spelling in parameter.spellings:
        name = inputs.prefix + spelling
        if name in kinds:
            note(f"{name}: {kinds[name]}" + ("" if kinds[name] == "SecureString" else ", which is not encrypted"))
            return True
        if spelling in inputs.created:
            note(f"{name}: made by this deployment")
            return True
    return False
