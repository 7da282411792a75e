"""SQLite's full-text search with BM25 over definitions of tools: what a person writes in an afternoon."""

import sqlite3

# As mesh-bench has them: words that people use to ask and to join other words.
STOP_WORDS = set(
    """a about above after again against all am an and any are as at be because been before being below between both but by can
    could did do does doing down during each few for from further get had has have having he her here hers him his how i if in
    into is it its itself just me more most my no nor not now of off on once only or other our out over own same she should so
    some such than that the their them then there these they this those through to too under until up use using very was we
    were what when where which while who whom why will with would you your""".split()
)
COLUMNS = ("name", "title", "description", "arguments")


class Index:
    def __init__(self, definitions):
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute(f"CREATE VIRTUAL TABLE tools USING fts5({', '.join(COLUMNS)}, tokenize = 'porter unicode61')")
        self.connection.executemany("INSERT INTO tools VALUES (?, ?, ?, ?)", map(row, definitions))

    def search(self, request, limit, without=frozenset()):
        """The names that hold any of the words, best first; `without` are words that nobody need hold."""
        words = request.split()
        telling = [word for word in words if word.strip(".,;:?!\"'()").lower() not in without] or words
        asked = " OR ".join('"{}"'.format(word.replace('"', '""')) for word in telling)
        select = "SELECT name FROM tools WHERE tools MATCH ? ORDER BY bm25(tools), rowid LIMIT ?"
        return [name for name, in self.connection.execute(select, (asked, limit))]


def row(definition):
    arguments = " ".join(definition["inputSchema"].get("properties", {}))
    return definition["name"], definition.get("title", ""), definition.get("description", ""), arguments
