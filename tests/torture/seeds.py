"""A small good file of each format, from which mutated ones are made."""

import json


def mail(subject, text):
    return f"From: a@example.com\nTo: b@example.com\nSubject: {subject}\nMessage-ID: <{subject}@x>\nDate: Mon, 1 Jan 2024 10:00:00 +0000\n\n{text}\n"


def objects_pdf(objects):
    """A PDF of these objects; the first is the catalogue."""
    file, offsets = b"%PDF-1.5\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    file += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return file + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)


def stream(dictionary, content):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(content), content)


def page_pdf(resources, content, *more):
    """One page; `more` are objects from number 6 on."""
    return objects_pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> %s >> >>" % resources,
        content,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *more,
    ])


def pdf(content):
    return page_pdf(b"", stream(b"", content.encode()))


ISSUE = {"key": "HOST-1", "fields": {"summary": "upload stalls", "description": "It stalls.", "created": "2024-01-01T10:00:00.000+0000"}}
MULTIPART = (
    "Subject: =?utf-8?B?aGVsbG8=?=\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\ncaf=C3=A9\n--b\n"
    "Content-Type: text/html\n\n<p>hello</p>\n--b--\n"
)

# By reader: the flag of its source, its extension, and its files.
READERS = {
    "markdown": ("--knowledge", "md", ["---\ntitle: A\ntags: [a, b]\n---\n# A\n\nSome *text* and `code`.\n\n- one\n  - two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<b>x</b>\n"]),
    "html": ("--knowledge", "html", ["<!doctype html><meta charset=utf-8><title>A</title><h1 id=a>A</h1><p>Text <b>b</b><br>c</p><pre>x</pre><table><tr><td>1</table>"]),
    "rst": ("--knowledge", "rst", ["Title\n=====\n\nText with ``code``.\n\n.. note:: hello\n\n   more\n\n- a\n- b\n\nSub\n---\n\n::\n\n  literal\n"]),
    "text": ("--knowledge", "txt", ["A line.\n\nAnother one, with more words in it.\n"]),
    "pdf": ("--knowledge", "pdf", [pdf("BT /F1 12 Tf 72 720 Td (Some text) Tj T* [(a) -200 (b)] TJ ET")]),
    "code": ("--code", "rs", ["/// Doc.\npub fn size(a: u32) -> u32 {\n    a + 1\n}\n\nimpl A {\n    fn b(&self) {}\n}\n"]),
    "mail": ("--mail", "eml", [mail("hello", "Some text."), MULTIPART]),
    "mbox": ("--mail", "mbox", ["".join(f"From a@x Mon Jan  1 10:0{n}:00 2024\n{mail(f'mail {n}', 'Some text.')}\n" for n in range(5))]),
    "csv": ("--tickets", "csv", ['Issue key,Summary,Status,Created,Description\nA-1,One,Open,2024-01-01 10:00,"a ""b""\nc"\nA-2,Two,Done,,x\n']),
    "json": ("--tickets", "json", [json.dumps({"issues": [ISSUE, ISSUE | {"key": "HOST-2"}]}), json.dumps(ISSUE) + "\n" + json.dumps(ISSUE)]),
}


def of(reader):
    return [text if isinstance(text, bytes) else text.encode() for text in READERS[reader][2]]
