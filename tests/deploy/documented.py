"""What the operators' pages promise, as far as it can be read off the source."""

import re

from tally import equal, holds
from terraform import ROOT

DOCS = ROOT / "docs"
PAGES = [DOCS / f"{name}.md" for name in ["RUNBOOK", "SECURITY", "COST", "MIGRATION", "DEPLOY"]]
GB_SECOND, SECONDS = 0.0000133334, (0.02, 1, 10)


def check(tally):
    tally.check("every alarm has its section in the runbook", alarms_have_sections)
    tally.check("every link of the pages leads somewhere", links_lead)
    tally.check("every field the runbook asks the log for is one it has", fields_are_written)
    tally.check("every kind of failure in the runbook is one of the server's", failures_are_known)
    tally.check("every setting the pages name is one the server knows", settings_are_known)
    tally.check("every variable of `make deploy` is on its page", variables_are_told)
    tally.check("the costs add up", costs_add_up)
    tally.check("every metric of a function with our own tools is in the costs", metrics_are_counted)


def text(path):
    return (ROOT / path).read_text()


def anchors(page):
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def alarms_have_sections():
    written = text("infra/modules/function/alarms.tf") + text("infra/door.tf")
    named = {*re.findall(r"^    ([a-z0-9-]+) = \{\n      about", written, re.MULTILINE), *re.findall(r"RUNBOOK\.md#([a-z0-9-]+)", written)}
    holds(len(named) > 8, f"alarms.tf has another shape: {named}")
    equal(sorted(named - anchors(DOCS / "RUNBOOK.md")), [])


def links_lead():
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)]+)\)", page.read_text()):
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            if not file.is_file() or anchor and anchor not in anchors(file):
                broken.append(f"{page.name}: {target}")
    equal(broken, [])


def fields_are_written():
    journal = text("crates/mesh-app/src/journal.rs")
    table = text("docs/RUNBOOK.md").split("| field |", 1)[1].split("\n\n", 1)[0]
    fields = re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines()[2:]))
    equal([field for field in fields if f"            {field} = " not in journal], [])


def failures_are_known():
    crates = (ROOT / "crates").rglob("src/**/*.rs")
    source = "".join(path.read_text() for path in crates if path.parts[-3:-1] != ("tests",))
    table = text("docs/RUNBOOK.md").split("| `failure` |", 1)[1].split("\n\n", 1)[0]
    kinds = re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines()[2:]))
    equal([kind for kind in kinds if f'"{kind}"' not in source], [])


def settings_are_known():
    known = set(re.findall(r"`(MESH_\w+)`", text("docs/CONFIGURATION.md")))
    # Secrets are no settings: they are read from where `MESH_SECRETS` says.
    known |= set(re.findall(r'"(MESH_\w+)"', text("crates/mesh-core/src/parameter.rs")))
    named = {name for page in PAGES for name in re.findall(r"`(MESH_\w+)`", page.read_text())}
    equal(sorted(named - known), [])


def variables_are_told():
    read = set(re.findall(r'(?:given|path|number)\("([A-Z_]+)"', text("scripts/deployment/settings.py")))
    page = text("docs/DEPLOY.md")
    equal(sorted(name for name in read if not re.search(rf"\b{name}\b", page)), [])


def costs_add_up():
    rows = {}
    for line in text("docs/COST.md").splitlines():
        cells = [cell.strip(" *") for cell in line.split("|")[1:-1]]
        if len(cells) == 4 and all(re.fullmatch(r"[\d.]+", cell) for cell in cells[1:]):
            rows[cells[0]] = [float(cell) for cell in cells[1:]]
    equal(rows["Lambda: duration"], [round(1e6 * seconds * GB_SECOND, 2) for seconds in SECONDS])
    parts = [row for name, row in rows.items() if name.startswith(("Lambda", "logs", "traces", "data out"))]
    equal(rows["sum"], [round(sum(column), 2) for column in zip(*parts)])
    equal(rows["with the second door (HTTP API)"], [round(one + 1, 2) for one in rows["sum"]])
    equal(rows["this, the function alone"], [round(0.2 + one, 2) for one in rows["Lambda: duration"]])


def metrics_are_counted():
    sets = [one for row in re.findall(r"^\| `\w+` \|[^|]*\|([^|]*)\|", text("docs/METRICS.md"), re.MULTILINE) for one in row.strip().split("; ")]
    whole, by_tool = (sets.count("Environment + FunctionName" + more) for more in ["", " + Tool"])
    table = text("README.md").split("| tool | what it does |", 1)[1].split("\n\n", 1)[0]
    tools = len(re.findall(r"^\| `", table, re.MULTILINE))
    # How long the corpus and the secrets took.
    series = whole + by_tool * tools + 2
    told = f"| custom metrics | {series * 0.3:.2f} | {whole} of the whole, {by_tool} for each of {tools} tools, 2 for the corpus and the secrets: {series} at 0.30 |"
    holds(told in text("docs/COST.md").splitlines(), f"not in COST.md: {told}")
