"""Documents as a reader sees them."""

from corpus import INPUTS
from tally import equal, holds


def front_matter(corpus):
    """frontmatter-block-title: block scalars, comments, quotes and descriptions of front matter are YAML"""
    with knowledge(corpus, "frontmatter-block-title") as server:
        first(server, "Zebra quarantine handbook", "folded.md", "Zebra quarantine handbook")
        first(server, "striped animals", "folded.md", "Zebra quarantine handbook")
        first(server, "Okapi feeding plan", "literal.md")
        first(server, "Badger sett map", "upper.md")
        first(server, "Count pairs at dusk", "comment.md", "Lynx census")
        first(server, "rota body", "quoted.md", "The keeper's rota")
        first(server, "survey a den in winter", "tags.md")


def line_breaks(corpus):
    """inline-br: a `<br>` parts words"""
    with knowledge(corpus, "inline-br") as server:
        first(server, "bravo", "a.md")
        first(server, "second line", "a.md")
        holds("line second" in server.call("query_aoma_knowledge", query="second line")["structuredContent"]["response"],
              "the quote joins the two lines with a space")


def folded(corpus):
    """fold-after-stem: accents, ligatures and the dotted capital I do not hide a word"""
    with knowledge(corpus, "fold-after-stem") as server:
        for query, name in [
            ("resume", "1.md"), ("beyonce", "2.md"), ("strasse", "3.md"), ("office", "4.md"),
            ("Touché", "5.md"), ("istanbul", "6.md"), ("naive facade", "7.md"),
        ]:
            first(server, query, name)


def pdf_titles(corpus):
    """pdf-title: a title that a program left is not the document's"""
    with knowledge(corpus, "pdf-title") as server:
        for query, stem, page in [
            ("gloves cobalt", "gloves", "Cobalt handling guide"),
            ("goggles nickel", "nickel", "Nickel handling guide"),
            ("boots chrome", "layout", "Chrome handling guide"),
        ]:
            title = server.results("knowledge", query)[0]["title"]
            holds(title in (page, stem, f"{stem}.pdf"), f"{query}: titled {title!r}")


def ignore_file_above(corpus):
    """gitignore-above: an ignore file above a folder that was named hides nothing in it"""
    documents = corpus.folder / "home" / "documents"
    documents.mkdir(parents=True)
    (documents / "guide.md").write_text("# Guide\n\nThe levanter blows from the east.\n")
    ignore = corpus.folder / "home" / ".gitignore"
    equal(corpus.index("--knowledge", documents).status, 0)
    ignore.write_text("*\n")
    again = corpus.index()
    equal(again.status, 0)
    with corpus.serve() as server:
        first(server, "levanter", "guide.md")


def knowledge(corpus, case):
    equal(corpus.index("--knowledge", INPUTS / case).status, 0)
    return corpus.serve()


def first(server, query, name, title=None):
    found = server.results("knowledge", query)
    holds(found, f"{query!r}: nothing found")
    holds(f"/{name}" in found[0]["path"], f"{query!r}: {found[0]['path']} comes first")
    if title:
        equal(found[0]["title"], title)


FACTS = [front_matter, line_breaks, folded, pdf_titles, ignore_file_above]
