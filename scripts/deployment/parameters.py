"""The parameters the function reads, checked by the names it reads them by. Names and kinds only: no value is decrypted."""

from dataclasses import dataclass

from botocore.exceptions import ClientError
from said import note
from settings import given
from stop import Stop


@dataclass(frozen=True)
class Parameter:
    """Its names, of which the first that is there counts; a test holds this list to crates/mesh-core/src/parameter.rs."""

    spellings: tuple
    # Of those without which it is of no use, the first names.
    needs: tuple = ()


# GetParameters takes no more.
NAMES_OF_A_CALL = 10

PARAMETERS = [
    Parameter(("openai-api-key",)),
    Parameter(("aoma-assistant-id",)),
    Parameter(("openai-vector-store-id",), ("openai-api-key",)),
    Parameter(("next-public-supabase-url", "supabase-url"), ("supabase-service-role-key",)),
    Parameter(("supabase-service-role-key",), ("next-public-supabase-url",)),
    Parameter(("elevenlabs-api-key",)),
    Parameter(("elevenlabs-webhook-secret",)),
    Parameter(("state-key",)),
    Parameter(("api-keys",)),
]


def check(account, inputs, terraform):
    if inputs.source != "ssm":
        return note("none: secrets.source is off")
    kinds = found(account.client("ssm", inputs.region), inputs.prefix)
    absent = [one for one in PARAMETERS if not stands(one, kinds, inputs)]
    missing = needed(absent)
    for parameter in absent:
        if parameter not in missing:
            note(f"{inputs.prefix}{parameter.spellings[0]}: not there, and not needed")
    if missing:
        name = missing[0].spellings[0]
        raise Stop(
            "missing in the parameter store: " + ", ".join(inputs.prefix + " or ".join(one.spellings) for one in missing),
            f"put each there: mesh secrets put {name} --prefix {inputs.prefix} --region {inputs.region}",
        )
    written_anew(inputs, kinds, terraform)


def needed(absent):
    """Those that what is there is of no use without; where nothing is there, a key of OpenAI."""
    there = [one for one in PARAMETERS if one not in absent]
    needs = {name for one in there for name in one.needs} if there else {"openai-api-key"}
    return [one for one in absent if one.spellings[0] in needs]


def found(ssm, prefix):
    """Each parameter that is there, and its kind."""
    names = [prefix + spelling for parameter in PARAMETERS for spelling in parameter.spellings]
    parts = [names[begin : begin + NAMES_OF_A_CALL] for begin in range(0, len(names), NAMES_OF_A_CALL)]
    try:
        answers = [ssm.get_parameters(Names=part, WithDecryption=False) for part in parts]
    except ClientError as fault:
        raise Stop(f"the parameters cannot be looked at: {fault}", "these credentials need ssm:GetParameters on them") from fault
    return {one["Name"]: one["Type"] for answer in answers for one in answer["Parameters"]}


def stands(parameter, kinds, inputs):
    for spelling in parameter.spellings:
        name = inputs.prefix + spelling
        if name in kinds:
            note(f"{name}: {kinds[name]}" + ("" if kinds[name] == "SecureString" else ", which is not encrypted"))
            return True
        if spelling in inputs.created:
            valued(spelling)
            note(f"{name}: made by this deployment")
            return True
    return False


def valued(spelling):
    """Terraform cannot demand it: it does not know in a plan whether a value will be written."""
    if not has_value(spelling):
        remedy = f"{exported(spelling)}, or take it out of secrets.create: mesh secrets put {spelling}"
        raise Stop(f"secrets.create makes {spelling}, and TF_VAR_secret_values has no value for it", remedy)


def written_anew(inputs, kinds, terraform):
    """As `valued`, of those that are there: another version than that of the state writes them again."""
    valueless = [one for one in inputs.created if inputs.prefix + one in kinds and not has_value(one)]
    versions = terraform.versions_of_parameters() if valueless else {}
    for spelling in valueless:
        version = versions.get(spelling)
        if version is not None and version != inputs.version:
            why = f"secrets.version is {inputs.version} and was {version}, which writes {spelling} again: TF_VAR_secret_values has no value for it"
            raise Stop(why, f"{exported(spelling)}, or leave secrets.version at {version}")


def has_value(spelling):
    return f'"{spelling}"' in (given("TF_VAR_secret_values") or "")


def exported(spelling):
    return f"""export TF_VAR_secret_values='{{"{spelling}":"…"}}'"""
