"""Mail as a mail client shows it."""

from corpus import INPUTS
from tally import equal


def blank_part(corpus):
    """blank-plain-part: a blank plain part does not hide the text that stands in HTML"""
    with mail(corpus, "blank-plain-part") as server:
        first(server, "zircon", "Invoice")
        first(server, "garnet", "Stub")


def split_words(corpus):
    """split-encoded-word: a letter may be split over two encoded words"""
    with mail(corpus, "split-encoded-word") as server:
        first(server, "Bestellung für Köln", "Bestellung für Köln")
        first(server, "body two", "配送通知")


def charset_lies(corpus):
    """charset-lie: text is decoded as what it is, not as what it says"""
    with mail(corpus, "charset-lie") as server:
        for query, subject in [("règlement", "one"), ("Straßensperre", "two"), ("dzień dobry", "three"), ("訂單", "four")]:
            first(server, query, subject)


def mailboxes(corpus):
    """mbox-boundaries: a separator is known by the header below it, and prose that begins with From is none"""
    with mail(corpus, "mbox-boundaries") as server:
        first(server, "spinel", "second spinel")
        first(server, "unakite", "two unakite")
        first(server, "zoisite stairs", "lift kyanite")


def mail(corpus, case):
    equal(corpus.index("--mail", INPUTS / case).status, 0)
    return corpus.serve()


def first(server, query, subject):
    equal([found["subject"] for found in server.results("mail", query)][:1], [subject])


FACTS = [blank_part, split_words, charset_lies, mailboxes]
