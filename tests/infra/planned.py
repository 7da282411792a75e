"""`terraform validate` and `terraform test`: plans and applies with the provider mocked."""

import json

from terraform import Copy


def check(tally, folder, package):
    copy = Copy(folder)
    copy.unguard()
    tally.check("terraform init takes the locked provider", lambda: copy.init("-backend=false"))
    tally.check("the configuration is valid", lambda: copy.run("validate", "-no-color"))
    done = copy.run("test", "-json", f"-var=package_path={package}", expected=(0, 1))
    runs = report(done.stdout)
    for name, (status, why) in runs.items():
        if status == "pass":
            tally.ok(name)
        else:
            tally.fail(name, "\n".join(why) or status)
    if not runs:
        tally.fail("terraform test runs", done.stdout + done.stderr)


def report(text):
    """Each run by its name as a sentence: how it ended, and what was said in it."""
    runs = {}
    for line in text.splitlines():
        event = json.loads(line)
        name = event.get("@testrun", "").replace("_", " ")
        if event["type"] == "test_run" and event["test_run"]["progress"] == "complete":
            runs[name] = (event["test_run"]["status"], runs.get(name, ("", []))[1])
        elif event["type"] == "diagnostic" and event["diagnostic"]["severity"] == "error":
            said = f"{event['diagnostic']['summary']}: {event['diagnostic']['detail']}"
            status, why = runs.get(name or event.get("@testfile", "terraform test"), ("error", []))
            runs[name or event.get("@testfile", "terraform test")] = (status, [*why, said])
    return runs
