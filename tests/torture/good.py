"""The good corpus: a few things of each kind, each with a word that nothing else has, by which it must be found."""

import json
import subprocess

from seeds import mail, pdf

# A word that stemming leaves alone, and the number of the thing.
WORD = "zarquon{:03}k"


class Good:
    """Sources in a folder, and what must be found of them: (tool, word, what the answer must name)."""

    def __init__(self, folder):
        self.folder = folder
        self.expected = []
        for kind in ("knowledge", "code", "mail", "tickets"):
            (folder / kind).mkdir(parents=True)
        self.knowledge()
        self.code()
        self.mails()
        self.tickets()
        self.git()

    def arguments(self):
        named = [(kind, self.folder / kind) for kind in ("knowledge", "code", "mail", "tickets", "git")]
        return [text for kind, path in named for text in (f"--{kind}", str(path))]

    def word(self, tool, named):
        word = WORD.format(len(self.expected))
        self.expected.append((tool, word, named))
        return word

    def add(self, kind, name, tool, content):
        word = self.word(tool, name)
        text = content(word)
        (self.folder / kind / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def knowledge(self):
        tool = "query_aoma_knowledge"
        for number in range(8):
            self.add("knowledge", f"page{number}.md", tool, lambda word: f"# Page {number}\n\nThe {word} is approved.\n")
        self.add("knowledge", "page.html", tool, lambda word: f"<title>P</title><h1>P</h1><p>The {word} is approved.</p>")
        self.add("knowledge", "page.rst", tool, lambda word: f"Page\n====\n\nThe {word} is approved.\n")
        self.add("knowledge", "page.txt", tool, lambda word: f"The {word} is approved.\n")
        self.add("knowledge", "page.pdf", tool, lambda word: pdf(f"BT /F1 12 Tf 72 720 Td (The {word} is approved) Tj ET"))

    def code(self):
        for number in range(4):
            text = "fn {0}() {{\n    // The {0} is approved.\n}}\n"
            self.add("code", f"item{number}.rs", "search_code_files", lambda word: text.format(word))

    def mails(self):
        for number in range(4):
            name = f"letter{number}.eml"
            self.add("mail", name, "search_outlook_emails", lambda word: mail(f"Letter {number}", f"The {word} is approved."))

    def tickets(self):
        lines = ["Issue key,Summary,Status,Created"]
        for number in range(12):
            word = self.word("search_jira_tickets", f"GOOD-{number}")
            lines.append(f"GOOD-{number},The {word} is approved,Open,2024-03-01 10:00")
        (self.folder / "tickets" / "export.csv").write_text("\n".join(lines) + "\n")
        word = self.word("search_jira_tickets", "JSON-1")
        issue = {"key": "JSON-1", "fields": {"summary": f"The {word} is approved"}}
        (self.folder / "tickets" / "export.json").write_text(json.dumps({"issues": [issue]}))

    def git(self):
        repository = self.folder / "git"
        run = lambda *command: subprocess.run(["git", "-C", repository, *command], check=True, capture_output=True)
        subprocess.run(["git", "init", "-q", repository], check=True)
        for number in range(6):
            word = self.word("search_git_commits", f"commit {number}")
            (repository / "file").write_text(word)
            run("add", "file")
            identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
            run(*identity, "commit", "-qm", f"commit {number}\n\nThe {word} is approved.")
