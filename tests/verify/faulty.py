"""A deployment that is wrong in one way: the report names it, and the command fails."""

import contextlib
import datetime
import ipaddress
import json
import ssl
import sys
import threading

import clock
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from iam import BOTH
from stage import FUNCTION, HERE, REGION, TOPIC, alarm
from tally import equal, holds


def named(found, check, words, code=1, verdict="fail"):
    ended, checks = found
    equal((ended, checks[check]["verdict"]), (code, verdict))
    holds(words in checks[check]["detail"], checks[check])


def nothing_is_called_well(checks):
    closed = ["health", "wire", "discover 2026-07-28", "call", "routes", "resources", "tools", "server", "corpus", "question", "latency"]
    equal({name: checks[name]["verdict"] for name in closed}, dict.fromkeys(closed, "skipped"))
    holds("healthy" not in json.dumps(checks), "something is called healthy")


def behind(stage, *options, region=REGION, **front):
    with stage.front(*options, **front) as url:
        return stage.verify(url, "--region", region)


def unsigned_accepted(stage):
    named(behind(stage, "--fault", "unsigned-accepted"), "unsigned refused", "unsigned request accepted")


def wrong_region(stage):
    found = behind(stage, region="eu-west-1")
    named(found, "signed accepted", "wrong region")
    holds("eu-west-1" in found[1]["signed accepted"]["detail"], found)
    nothing_is_called_well(found[1])


def clock_skew(stage):
    with clock.ahead() as url:
        found = stage.verify(url, "--region", REGION)
    named(found, "clock", "clock skew")
    named(found, "signed accepted", "s behind the server's")
    nothing_is_called_well(found[1])


def permission_missing(stage, fault, action):
    stage.iam.allowed = BOTH - {action}
    try:
        found = behind(stage, "--fault", fault)
    finally:
        stage.iam.allowed = BOTH
    named(found, "signed accepted", "permission missing (403)")
    named(found, "permissions", f"the caller lacks `{action}`")
    nothing_is_called_well(found[1])


def invoke_function_missing(stage):
    permission_missing(stage, "missing-invoke-function", "lambda:InvokeFunction")


def invoke_function_url_missing(stage):
    permission_missing(stage, "missing-invoke-function-url", "lambda:InvokeFunctionUrl")


def simulation_refused(stage):
    stage.iam.allowed = None
    try:
        found = behind(stage, "--fault", "missing-invoke-function")
        well = behind(stage)
    finally:
        stage.iam.allowed = BOTH
    named(found, "permissions", "`lambda:InvokeFunctionUrl` and `lambda:InvokeFunction`")
    named(well, "permissions", "a signed request was let in", code=0, verdict="ok")


def credentials_unknown(stage):
    with stage.front() as url:
        found = stage.verify(url, "--region", REGION, "--no-aws", AWS_ACCESS_KEY_ID="AKIASTRANGER")
        wrong = stage.verify(url, "--region", REGION, "--no-aws", AWS_SECRET_ACCESS_KEY="guess")
    named(found, "signed accepted", "AWS does not know these credentials")
    named(wrong, "signed accepted", "the signature is wrong")


def no_credentials(stage):
    with stage.front() as url:
        found = stage.verify(url, "--region", REGION, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    named(found, "signed accepted", "no credentials were found")
    named(found, "alarms", "no credentials were found", verdict="skipped")


def bad_gateway(stage):
    found = behind(stage, "--fault", "bad-gateway")
    named(found, "signed accepted", "502")
    nothing_is_called_well(found[1])


def html(stage):
    found = behind(stage, "--fault", "html")
    named(found, "signed accepted", "HTML in place of JSON")
    nothing_is_called_well(found[1])


def no_tools(stage):
    named(behind(stage, bootstrap=(sys.executable, HERE / "toolless.py")), "tools", "no tools")


def unhealthy(stage):
    named(behind(stage, "--env", "MESH_CORPUS=/nowhere"), "health", "corpus not")


def deaf_alarm(stage):
    alarm(stage, "slow", [])
    try:
        found = behind(stage)
    finally:
        stage.aws("cloudwatch").delete_alarms(AlarmNames=[f"{FUNCTION}-slow"])
    named(found, "alarms", f"an alarm without an action tells nobody: {FUNCTION}-slow")


def ringing_alarm(stage):
    cloudwatch = stage.aws("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName=f"{FUNCTION}-errors", StateValue="ALARM", StateReason="two errors")
    try:
        found = behind(stage)
    finally:
        cloudwatch.set_alarm_state(AlarmName=f"{FUNCTION}-errors", StateValue="OK", StateReason="none")
    named(found, "alarms", "ringing now", code=3, verdict="warn")


def nobody_watches(stage):
    with stage.front() as url:
        found = stage.verify(url, "--region", REGION, "--function", "another")
    named(found, "alarms", "no alarm watches `another`")
    named(found, "log retention", "no log group")


def namesakes_alarms(stage):
    """An alarm of staging's begins with production's name, and does not watch production."""
    alarm(stage, "errors", [TOPIC], function="mesh-staging")
    try:
        with stage.front() as url:
            found = stage.verify(url, "--region", REGION, "--function", "mesh")
    finally:
        stage.aws("cloudwatch").delete_alarms(AlarmNames=["mesh-staging-errors"])
    named(found, "alarms", "no alarm watches `mesh`")


def endless_log(stage):
    alarm(stage, "errors", [TOPIC], function="endless")
    stage.aws("logs").create_log_group(logGroupName="/aws/lambda/endless")
    with stage.front() as url:
        found = stage.verify(url, "--region", REGION, "--function", "endless")
    named(found, "log retention", "for ever", code=3, verdict="warn")


def nobody_there(stage):
    found = stage.verify("http://127.0.0.1:9", "--region", REGION)
    named(found, "signed accepted", "cannot reach")
    nothing_is_called_well(found[1])


def certificate_of_nobody(stage):
    with encrypted(stage.folder) as url:
        found = stage.verify(url, "--region", REGION)
    named(found, "tls", "certificate")
    nothing_is_called_well(found[1])


@contextlib.contextmanager
def encrypted(folder):
    """A server with a certificate that it wrote itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder / "own.pem"))
    server = clock.http.server.ThreadingHTTPServer(("127.0.0.1", 0), clock.Handler)
    server.handle_error = lambda *_: None
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield "https://127.0.0.1:{}".format(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()


def certificate(path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "own")])
    now = datetime.datetime.now(datetime.UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1)).add_extension(names, critical=False)
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*plain) + built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


FACTS = {
    "an unsigned request that is accepted is named": unsigned_accepted,
    "a wrong region is named": wrong_region,
    "a clock that is wrong is named": clock_skew,
    "a caller without lambda:InvokeFunction is told so": invoke_function_missing,
    "a caller without lambda:InvokeFunctionUrl is told so": invoke_function_url_missing,
    "without a simulation both permissions are named": simulation_refused,
    "wrong credentials are told apart": credentials_unknown,
    "no credentials are named": no_credentials,
    "a 502 is named": bad_gateway,
    "HTML in place of JSON is named": html,
    "a server without tools is named": no_tools,
    "a part that is not well is named": unhealthy,
    "an alarm without an action is named": deaf_alarm,
    "an alarm that rings is a warning": ringing_alarm,
    "a function that nobody watches is named": nobody_watches,
    "an alarm of a function whose name begins the same watches nobody else": namesakes_alarms,
    "a log that is kept for ever is a warning": endless_log,
    "an address where nobody is is named": nobody_there,
    "a certificate of nobody's is named": certificate_of_nobody,
}
