"""One account's story: nothing there, a first deployment, further ones, good and bad, and the end."""

import pathlib
import sys
import zipfile

from checkout import ACCOUNT, NAME, X86_64
from stage import REGION
from tally import equal, holds

RING = pathlib.Path(__file__).resolve().parent / "ring.py"
# `printf '{}' | sha256sum | cut -c-16`
FINGERPRINT = "44136fa355b3678a"
BUCKET = f"aoma-mesh-state-{ACCOUNT}"


def check(tally, checkout):
    story = {
        "an environment nobody described is refused": unknown_environment,
        "another account than expected is refused": wrong_account,
        "without the state's bucket it says how to make it": no_bucket,
        "bootstrap-state makes a versioned bucket closed to the public, once": bootstrapped,
        "another region than the function's is refused": other_region,
        "a rollback goes where the inputs of the environment lead": rollback_by_inputs,
        "a missing parameter stops before the plan, by both its names": missing_parameter,
        "a parameter that it is to make needs a value": valueless_parameter,
        "a package for another architecture stops before the plan": other_architecture,
        "a package without a corpus stops before the plan": no_corpus,
        "a package larger than Lambda takes stops before the plan": too_large,
        "nothing is applied that nobody agreed to": not_agreed,
        "a first deployment that does not verify fails, with nothing to go back to": first_fails,
        "a deployment that verifies is live, and endpoints.txt says where": goes_live,
        "a parameter that it has made is not written again without a value": valueless_version,
        "the next one moves the alias": moves_on,
        "what is verified is the version and the corpus of the package": told_apart,
        "where ElevenLabs has another registration the deployment stays, fails and says what mends it": unregistered,
        "one that does not verify is taken back, and fails": taken_back,
        "a canary is promoted while the alarms are quiet": promoted,
        "a canary is verified as one, and what was let out as what it is": canary_verified,
        "a canary is taken back when an alarm goes on": canary_back,
        "a canary is not begun while an alarm is on": canary_refused,
        "rollback moves the alias to the version before": rolled_back,
        "rollback takes a version by its number": rolled_back_to,
        "the guarded URL is not destroyed": guarded,
        "nothing is destroyed that was not named": unnamed,
        "what is named and unguarded is destroyed": destroyed,
    }
    for name, fact in story.items():
        tally.check(name, lambda: fact(checkout))


def refused(answer, *said):
    status, text = answer
    holds(status != 0, f"it went through:\n{last(text)}")
    for words in said:
        holds(words in text, f"`{words}` is not said:\n{last(text)}")
    return text


def done(answer):
    status, text = answer
    holds(status == 0, last(text))
    return text


def last(text):
    return "\n".join(text.strip().splitlines()[-10:])


def unknown_environment(checkout):
    refused(checkout.make("deploy", ENV="nowhere"), "ENV=`nowhere`", "dev, prod, staging")


def wrong_account(checkout):
    refused(checkout.make("deploy", EXPECT_ACCOUNT="999999999999"), f"account {ACCOUNT}", "999999999999")


def no_bucket(checkout):
    refused(deployed(checkout, "first"), f"{BUCKET} is not there", "make bootstrap-state ENV=staging")


def bootstrapped(checkout):
    done(checkout.make("bootstrap-state"))
    holds("is there already" in done(checkout.make("bootstrap-state")), "it was made twice")
    s3 = checkout.aws("s3")
    equal(s3.get_bucket_versioning(Bucket=BUCKET)["Status"], "Enabled")
    equal(set(s3.get_public_access_block(Bucket=BUCKET)["PublicAccessBlockConfiguration"].values()), {True})


def other_region(checkout):
    text = refused(deployed(checkout, "first", AWS_REGION="eu-west-1"), "AWS_REGION is eu-west-1", "region is us-east-2", 'region = "eu-west-1"')
    holds("plan" not in text, "it got as far as the plan")
    refused(checkout.make("rollback", YES=1, AWS_REGION="eu-west-1"), "AWS_REGION is eu-west-1")


def rollback_by_inputs(checkout):
    given = {"TF_VAR_name": "elsewhere", "TF_VAR_region": "eu-west-1", "AWS_REGION": "eu-west-1"}
    refused(checkout.make("rollback", ENV="prod", **given), "`live` of elsewhere, eu-west-1", "no function elsewhere")
    refused(checkout.make("rollback", TF_VAR_name="elsewhere"), f"`live` of {NAME}, {REGION}")


def missing_parameter(checkout):
    put(checkout, "openai-api-key", "supabase-service-role-key")
    url = "next-public-supabase-url"
    text = refused(deployed(checkout, "first"), f"/mcp-server/{url} or supabase-url", f"mesh secrets put {url}")
    holds("plan" not in text, "it got as far as the plan")
    put(checkout, "supabase-url")


def valueless_parameter(checkout):
    inputs = checkout.root / "infra" / "env" / "staging.tfvars"
    before = inputs.read_text()
    inputs.write_text(before + 'secrets = { create = ["elevenlabs-api-key"] }\n')
    text = refused(deployed(checkout, "first"), "secrets.create makes elevenlabs-api-key", "TF_VAR_secret_values has no value")
    holds("plan" not in text, "it got as far as the plan")
    inputs.write_text(before)


def other_architecture(checkout):
    text = refused(checkout.make("deploy", PACKAGE=checkout.package("wrong", X86_64), VERIFY="true", YES=1), "no program for arm64")
    holds("plan" not in text, "it got as far as the plan")


def no_corpus(checkout):
    bare = checkout.package("bare", files={})
    refused(checkout.make("deploy", PACKAGE=bare, VERIFY="true", YES=1), "there is no corpus", "CORPUS=corpus")


def too_large(checkout):
    large = checkout.package("large")
    with zipfile.ZipFile(large, "a") as archive:
        archive.writestr("corpus/store", bytes(50 * 1024 * 1024))
    refused(checkout.make("deploy", PACKAGE=large, VERIFY="true", YES=1), "of which Lambda takes 52.4 MB", "settings.corpus_uri")


def not_agreed(checkout):
    refused(deployed(checkout, "first", YES=0), "no terminal to ask on", "YES=1")
    equal(checkout.aws("lambda").list_functions()["Functions"], [])


def first_fails(checkout):
    refused(deployed(checkout, "first", VERIFY="false"), "does not verify", "no earlier version")


def goes_live(checkout):
    done(deployed(checkout, "first"))
    endpoints = checkout.endpoints()
    url = checkout.aws("lambda").get_function_url_config(FunctionName=NAME, Qualifier="live")["FunctionUrl"]
    wanted = {
        "Environment": "staging", "Function Name": NAME, "Region": REGION, "Account ID": ACCOUNT, "Main URL": url,
        "Health Check": f"{url}health", "MCP RPC": f"{url}rpc", "Direct Tools": f"{url}tools/{{toolName}}", "Metrics": f"{url}metrics",
    }
    equal({name: endpoints.get(name) for name in wanted}, wanted)


def valueless_version(checkout):
    inputs = checkout.root / "infra" / "env" / "staging.tfvars"
    before = inputs.read_text()
    made = before + 'secrets = { create = ["elevenlabs-api-key"], version = %d }\n'
    inputs.write_text(made % 1)
    done(deployed(checkout, "first", TF_VAR_secret_values='{"elevenlabs-api-key":"%s"}' % ("v" * 20)))
    inputs.write_text(made % 2)
    text = refused(deployed(checkout, "first"), "secrets.version is 2 and was 1", "TF_VAR_secret_values has no value", "version at 1")
    holds("plan" not in text, "it got as far as the plan")
    inputs.write_text(before)


def moves_on(checkout):
    before, _ = checkout.live()
    done(deployed(checkout, "second"))
    equal(checkout.live(), (str(int(before) + 1), {}))


def told_apart(checkout):
    done(deployed(checkout, "told", VERIFY="", MESH=checkout.mesh(), EXPECT_FOUND="masters", ELEVENLABS=1))
    expected = f"--expect-version 7.8.9 --expect-corpus {FINGERPRINT} --expect-found masters"
    equal(checkout.asked(), [[expected], ["--no-aws --elevenlabs --json"]])


def unregistered(checkout):
    before, _ = checkout.live()
    inputs = checkout.root / "infra" / "env" / "staging.tfvars"
    plain = inputs.read_text()
    inputs.write_text(plain + 'settings = { more = { ELEVENLABS_API_RESIDENCY = "eu" } }\n')
    text = refused(
        deployed(checkout, "unregistered", MESH=checkout.mesh("fail"), ELEVENLABS=1, CANARY=0.2, WATCH_MINUTES=0.01),
        "what is live stays so",
        "as it was registered: `mesh register elevenlabs --url=https://door.example/mcp`, eu",
        "MESH_SECRETS=ssm MESH_SSM_PREFIX=/mcp-server/",
        "ELEVENLABS_API_RESIDENCY=eu before it",
        "mesh register elevenlabs --url https://",
    )
    inputs.write_text(plain)
    holds("[12/12] ElevenLabs" in text, last(text))
    holds(int(checkout.live()[0]) > int(before), "it was taken back")
    equal(checkout.asked(), [["--no-aws --elevenlabs --json"]])


def canary_verified(checkout):
    done(deployed(checkout, "half", VERIFY="", MESH=checkout.mesh(), CANARY=0.2, WATCH_MINUTES=0.01))
    equal(checkout.asked(), [["--canary"], [f"--expect-version 7.8.9 --expect-corpus {FINGERPRINT}"]])


def taken_back(checkout):
    before = checkout.live()
    text = refused(deployed(checkout, "third", VERIFY="false"), "does not verify", f"`live` is back on version {before[0]}")
    holds("[9/9] verify" in text, text)
    equal(checkout.live(), before)
    newest = checkout.aws("lambda").list_versions_by_function(FunctionName=NAME)["Versions"][-1]["Version"]
    holds(int(newest) > int(before[0]), "the version that failed was never published")


def promoted(checkout):
    before, _ = checkout.live()
    text = done(deployed(checkout, "fourth", CANARY=0.2, WATCH_MINUTES=0.01))
    for words in [f"watch version {before}, 20% of the calls to version {int(before) + 2}", "all quiet"]:
        holds(words in text, f"`{words}` is not said:\n{watched(text)}")
    now, weights = checkout.live()
    holds(int(now) > int(before) and not weights, f"{now} {weights}")


def canary_back(checkout):
    before = checkout.live()
    ring = f"{sys.executable} {RING} {NAME}-errors"
    refused(deployed(checkout, "fifth", CANARY=0.2, WATCH_MINUTES=0.01, VERIFY=ring), f"on: {NAME}-errors", "is back on")
    equal(checkout.live(), before)


def canary_refused(checkout):
    before = checkout.live()
    refused(deployed(checkout, "fifth", CANARY=0.2), f"on: {NAME}-errors")
    equal(checkout.live(), before)


def rolled_back(checkout):
    before, _ = checkout.live()
    text = done(checkout.make("rollback", YES=1, VERIFY="true"))
    equal(checkout.live(), (str(int(before) - 1), {}))
    holds("verified" in text, text)


def rolled_back_to(checkout):
    done(checkout.make("rollback", YES=1, VERIFY="true", VERSION=1, MESH=checkout.mesh(), ELEVENLABS=1))
    equal(checkout.live(), ("1", {}))
    equal(checkout.asked(), [["--no-aws --elevenlabs --json"]])
    refused(checkout.make("rollback", YES=1, VERIFY="true"), "no version before 1")


def guarded(checkout):
    refused(checkout.make("destroy", CONFIRM=NAME), "never comes back", "prevent_destroy")


def unnamed(checkout):
    checkout.unguard()
    refused(checkout.make("destroy", CONFIRM="yes"), f"`yes` is not {NAME}")
    equal(len(checkout.aws("lambda").list_functions()["Functions"]), 1)


def destroyed(checkout):
    done(checkout.make("destroy", CONFIRM=NAME))
    equal(checkout.aws("lambda").list_functions()["Functions"], [])
    equal(checkout.aws("cloudwatch").describe_alarms()["MetricAlarms"], [])
    holds(checkout.aws("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"] >= 1, "the state is gone with it")


def watched(text):
    return "\n".join(line for line in text.splitlines() if line.startswith("[") or "watched" in line)


def deployed(checkout, code, **given):
    return checkout.make("deploy", **({"PACKAGE": checkout.package(code), "VERIFY": "true", "YES": 1} | given))


def put(checkout, *names):
    for name in names:
        checkout.aws("ssm").put_parameter(Name=f"/mcp-server/{name}", Value="v" * 20, Type="SecureString")
