"""Files that no reader expects: mutated ones, and those made by hand of which some ended the process that read them."""

import gzip
import json
import zipfile
import zlib

import seeds
from seeds import epub, objects_pdf, odt, package, page_pdf, stream, xlsx

INTERESTING = [b"\0", b"\xff", b"\xff\xff\xff\xff", b"9" * 30, b"-1", b"%", b"<", b"[" * 500, b"(" * 500, b"=?", b"--b", b"\r", b"\xe2\x80\xae", b"obj"]


def mutated(random, seed):
    """A seed with one to eight changes: bytes flipped, cut out, doubled, moved or put in."""
    data = bytearray(seed)
    for _ in range(random.randint(1, 8)):
        at = random.randrange(len(data) + 1)
        end = min(len(data), at + random.randint(1, 40))
        change = random.randrange(6)
        if change == 0 and at < len(data):
            data[at] ^= 1 << random.randrange(8)
        elif change == 1:
            del data[at:end]
        elif change == 2:
            data[at:at] = data[at:end] * random.randint(1, 50)
        elif change == 3:
            data[at:at] = random.choice(INTERESTING)
        elif change == 4:
            data[at:at] = random.randbytes(random.randint(1, 30))
        else:
            del data[at:]
    return bytes(data)


def nested_mail(depth, kind="multipart/mixed"):
    parts = [f"Content-Type: {kind}; boundary=b{level}\n\n--b{level}\n" for level in range(depth)]
    return ("Subject: deep\n" + "".join(parts) + "\nat the bottom\n").encode()


def forwarded_mail(depth):
    return ("Subject: deep\n" + "Content-Type: message/rfc822\n\n" * depth + "Subject: bottom\n\ntext\n").encode()


def packed(size):
    return zlib.compress(b"(a) Tj " * (size // 7), 9)


def form(inner, *more):
    resources = b"/XObject << /F 6 0 R >>"
    head = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << %s >> >>" % inner
    return page_pdf(resources, stream(b"", b"/F Do"), stream(head, b"/F Do"), *more)


def pdfs():
    catalogue = b"<< /Type /Catalog /Pages 2 0 R >>"
    yield form(b"/F 6 0 R")
    yield form(b"/F 7 0 R", stream(b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /F 6 0 R >> >>", b"/F Do"))
    yield objects_pdf([catalogue, b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>"])
    yield objects_pdf([catalogue, b"<< /Type /Pages /Kids [3 0 R] /Count 4000000000 >>", b"<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] >>"])
    yield objects_pdf([b"[" * 100_000])
    yield objects_pdf([b"<< /A " * 100_000])
    yield objects_pdf([b"1 0 R"])
    for size in (10_000_000, 300_000_000):
        once = packed(size)
        yield page_pdf(b"", stream(b"/Filter /FlateDecode", once))
        yield page_pdf(b"", stream(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(once, 9)))
    yield page_pdf(b"", stream(b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 2000000000 /Colors 99 >>", packed(1000)))
    yield page_pdf(b"", stream(b"", b"q " * 500_000 + b"BT " * 500_000))
    yield page_pdf(b"", stream(b"", b"[" * 200_000 + b" TJ"))
    yield b"%PDF-1.5\n" + b"1 0 obj\n" * 100_000


def bomb(parts):
    """An archive that is small while it is packed."""
    return package(parts, zipfile.ZIP_DEFLATED)


def by_hand(reader):
    deep = 100_000
    common = [b"", b"\0", b"\xff\xfe", b"\xff\xfe\x00", b"\xef\xbb\xbf", b"\n" * 1_000_000, b"a" * 5_000_000, b" " * 3_000_000 + b"x", b"\r" * 100_000, "\u202e\ufeff\u0000".encode() * 999]
    made = {
        "markdown": lambda: [b">" * deep, b"- " * deep, b"*" * deep, b"[" * deep, b"![](" * deep, b"`" * deep + b"x", b"<b>" * deep, b"|a" * deep + b"\n" + b"|-" * deep, b"---\n" + b"a: &a [" * 9999 + b"\n---\n", b"---\n" + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9) if n else b"x") for n in range(12)) + b"---\n", b"[a]: b\n" * 50_000, b"**a _b " * 50_000],
        "html": lambda: [b"<div>" * deep, b"<" * deep, b"<table><tr><td>" * 50_000, b"<pre>" * deep + b"x", b"<a " + b"b='" * deep, b"&" * deep, b"<!--" * deep, b"<script>" * deep, b"<select><option>" * 50_000, b"<p id=" + b"x" * 3_000_000, b"<ul><li>" * deep],
        "rst": lambda: [b"=" * deep + b"\na\n" + b"=" * deep, b".. note::\n" * 50_000, b"".join(b" " * n + b"- a\n\n" for n in range(2000)), b"``" * deep, b"::\n\n" * 50_000, b"".join(b"a\n" + bytes([33 + n % 15]) * 3 + b"\n" for n in range(20_000))],
        "text": lambda: [b"a\n\n" * 500_000, b"word " * 1_000_000, "\u0301".encode() * 500_000],
        "pdf": lambda: list(pdfs()),
        "code": lambda: [b"{" * deep, b"fn a() {\n" * 50_000, b"/*" * deep, b'"' * deep, b"impl A {\n" * 20_000, b"mod a {" * deep, b"'" * deep],
        "mail": lambda: [nested_mail(22_000), nested_mail(1000), nested_mail(22_000, "multipart/alternative"), forwarded_mail(22_000), forwarded_mail(300_000), b"Subject: " + b"=?utf-8?B?aGVsbG8=?= " * 50_000, b"To: " + b"a@b," * 200_000 + b"\n\nx", b"To: " + b"(" * deep, b"To: " + b"<" * deep, b"A: b\n" * 200_000, b"Content-Type: a/b; " + b"x*0=1; " * 50_000, b"Content-Type: text/html\n\n" + b"<div>" * deep, b"Content-Transfer-Encoding: base64\n\n" + b"A" * 5_000_000, gzip.compress(b"Subject: x\n\n" + b"a" * 100_000_000)],
        "mbox": lambda: [b"From a@x Mon Jan  1 10:00:00 2024\n" * 50_000, b"From a 10:00\n\n" * 50_000, b"From a@x Mon Jan  1 10:00:00 2024\n" + nested_mail(22_000)],
        "csv": lambda: [b"Issue key,Summary\n" + b'A-1,"' * deep, b"," * deep, b"Issue key,Summary\n" + b"," * 3_000_000, b"Issue key,Summary\n" + b"A-1,x\n" * 200_000, b'"' * deep, b"Issue key;Summary\nA-1;" + b"x" * 5_000_000, gzip.compress(b"Issue key,Summary\n" + b"A-1,x\n" * 5_000_000)],
        "json": lambda: [b"[" * deep, b'{"a":' * deep, b'{"issues":' * 5000, b'{"issues":[' + b"{}," * deep, b'{"issues":[{"key":"A-1","fields":{"summary":1e999999,"description":' + b"[" * 5000, json.dumps({"issues": [adf(120)]}).encode(), b'{"key":"A-1"}\n' * 50_000, b'"' + b"\\u0000" * deep],
        "page": lambda: [b"<table><tr><td>" * 50_000, b"<table id=issuetable><tr>" + b"<td>" * 1_000_000, b"<html><table id=issuetable><tr><th>Key<th>Summary" + b"<tr><td>A-1<td>x" * 100_000, b"<html><table><tr><td>[A-1] x" * 50_000, b"<html><table><tr><td>[A-1] " + b"a: " * 500_000],
        "list": lambda: [bomb(xlsx("<row>" + "<c r='XFD1' t='str'><v>x</v></c></row><row>" * 20_000 + "</row>")), bomb(xlsx("<row>" * deep)), bomb(xlsx(" " * 40_000_000))],
        "docx": lambda: [bomb({"word/document.xml": "<w:p>" * deep}), bomb({"word/document.xml": " " * 100_000_000})],
        "odt": lambda: [bomb(odt("<text:p>" * deep)), bomb(odt("<text:list><text:list-item>" * deep)), bomb(odt("<table:table><table:table-row><table:table-cell>" * 50_000)), bomb(odt("x" * 100_000_000))],
        "epub": lambda: [bomb(epub("<div>" * 1_000_000)), bomb(epub(" " * 100_000_000)), bomb(epub("") | {"a.opf": "<item id='a' href='a.html'/>" + "<itemref idref='a'/>" * deep}), bomb(epub("") | {f"{n}.html": " " * 20_000_000 for n in range(9)} | {"a.opf": "".join(f"<item id='{n}' href='{n}.html'/><itemref idref='{n}'/>" for n in range(9))})],
        "pptx": lambda: [bomb(seeds.PPTX | {"ppt/slides/slide1.xml": "<a:p>" * deep}), bomb(seeds.PPTX | {"ppt/presentation.xml": "<p:sldId r:id='r1'/>" * deep})],
        "xlsx": lambda: [bomb(xlsx("<row>" + "<c r='XFD1' t='str'><v>x</v></c></row><row>" * 20_000 + "</row>")), bomb(xlsx("<row>" + "<c t='s'><v>0</v></c>" * 1_000_000)), bomb(xlsx("<row r='4294967295'/><row><c><v>1</v></c></row>"))],
        "rtf": lambda: [b"{\\rtf1 " + b"{" * deep, b"{\\rtf1 " + b"\\par " * 1_000_000, b"{\\rtf1 \\bin999999999 x", b"{\\rtf1 " + b"\\u-1 " * 500_000, b"{\\rtf1\\fromhtml1 " + b"{\\*\\htmltag <div>}" * deep, b"{\\rtf1{\\fonttbl" + b"{\\f1\\fcharset204 a;}" * deep],
    }
    return common + made[reader]()


def adf(depth):
    """A description of panels in panels, as deep as JSON parsers allow."""
    node = {"type": "text", "text": "bottom"}
    for _ in range(depth // 2):
        node = {"type": "panel", "content": [node]}
    return {"key": "A-1", "fields": {"summary": "deep", "description": {"type": "doc", "content": [node]}}}


def of(reader, count, random):
    """`count` files, those by hand first."""
    files = by_hand(reader)[:count]
    originals = seeds.of(reader)
    while len(files) < count:
        files.append(mutated(random, random.choice(originals)))
    return files
