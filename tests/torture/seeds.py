"""A small good file of each format, from which mutated ones are made."""

import gzip
import io
import json
import zipfile


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


def package(parts, method=zipfile.ZIP_STORED):
    """An archive of parts, not compressed unless asked for, so that mutations meet what is in them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for path, content in parts.items():
            archive.writestr(path, content)
    return file.getvalue()


def relations(path):
    return f"<Relationships><Relationship Id='r1' Type='x/officeDocument' Target='{path}'/></Relationships>"


def odt(body):
    return {"content.xml": f"<office:document-content><office:body>{body}</office:body></office:document-content>"}


def xlsx(rows):
    return {
        "xl/workbook.xml": "<workbook><sheet name='A' r:id='r1'/></workbook>",
        "xl/_rels/workbook.xml.rels": relations("worksheets/sheet1.xml"),
        "xl/sharedStrings.xml": "<sst><si><t>Key</t></si><si><t>Summary</t></si></sst>",
        "xl/worksheets/sheet1.xml": f"<worksheet>{rows}</worksheet>",
    }


def epub(chapter):
    return {
        "META-INF/container.xml": "<rootfile full-path='a.opf'/>",
        "a.opf": "<package><dc:title>A book</dc:title><item id='a' href='a.html'/><itemref idref='a'/></package>",
        "a.html": chapter,
    }


DOCX = {
    "_rels/.rels": relations("word/document.xml"),
    "word/document.xml": "<w:document><w:p><w:pPr><w:pStyle w:val='Heading1'/></w:pPr><w:r><w:t>A</w:t></w:r></w:p><w:p><w:r><w:t>Some text</w:t></w:r></w:p></w:document>",
}
PPTX = {
    "ppt/presentation.xml": "<p:presentation><p:sldId id='1' r:id='r1'/></p:presentation>",
    "ppt/_rels/presentation.xml.rels": relations("slides/slide1.xml"),
    "ppt/slides/slide1.xml": "<p:sld><p:sp><p:ph type='title'/><a:p><a:t>A</a:t></a:p></p:sp><p:sp><a:p><a:t>Some text</a:t></a:p></p:sp></p:sld>",
}
ODT = odt("<text:h text:outline-level='1'>A</text:h><text:p>Some text</text:p><table:table><table:table-row><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row></table:table>")
XLSX = xlsx("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c></row><row r='2'><c r='A2' t='str'><v>A-1</v></c><c><v>5</v></c></row>")
RTF = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset204 Arial;}}{\info{\title A}}\pard\outlinelevel0 A\par\pard Some \u8364?text\'e9 {\b b}\par}"
WINMAIL = (
    b"\x78\x9f\x3e\x22\x01\x00"
    + b"".join(b"\x01" + number.to_bytes(4, "little") + len(data).to_bytes(4, "little") + data + b"\0\0" for number, data in [
        (0x00018004, b"hello\0"),
        (0x00069003, b"\x01\0\0\0\x02\x01\x09\x10\x01\0\0\0\x40\0\0\0" + b"\x3c\0\0\0\x30\0\0\0LZFu\0\0\0\0" + b"\0{\\rtf1 a\x81\x0d\xb0" * 4),
        (0x00018010, b"a.pdf\0"),
    ])
)
OUTLOOK = b"Subject: x\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Disposition: attachment\n\n" + WINMAIL
PAGE = (
    "<html><table id=issuetable><tr><th data-id=issuekey>Key<th data-id=summary>Summary<th data-id=created>Created"
    "<tr><td>A-1<td>One<td>01/Jan/24 10:00 AM<tr><td>A-2<td>Two<table><tr><td>x</table><td></table>"
)
PRINTED = "<html><table><tr><td><h3>[A-1] One <span class=subText>Created: 01/Jan/24</span></h3><tr><td>Status:<td>Open<tr><td>Comments<td>&nbsp;<tr><td>Comment by a [ x ]<tr><td>text</table>"
IMPORT = {"projects": [{"key": "A", "issues": [{"key": "A-1", "summary": "x", "customFieldValues": [{"fieldName": "a", "value": 1}]}]}], "links": [{"name": "a", "sourceId": "1", "destinationId": "2"}]}

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
    "mail": ("--mail", "eml", [mail("hello", "Some text."), MULTIPART, OUTLOOK, gzip.compress(MULTIPART.encode())]),
    "mbox": ("--mail", "mbox", ["".join(f"From a@x Mon Jan  1 10:0{n}:00 2024\n{mail(f'mail {n}', 'Some text.')}\n" for n in range(5))]),
    "csv": ("--tickets", "csv", ['Issue key,Summary,Status,Created,Description\nA-1,One,Open,2024-01-01 10:00,"a ""b""\nc"\nA-2,Two,Done,,x\n']),
    "json": ("--tickets", "json", [json.dumps({"issues": [ISSUE, ISSUE | {"key": "HOST-2"}]}), json.dumps(ISSUE) + "\n" + json.dumps(ISSUE), json.dumps(IMPORT)]),
    "page": ("--tickets", "html", [PAGE, PRINTED]),
    "list": ("--tickets", "xlsx", [package(XLSX)]),
    "docx": ("--knowledge", "docx", [package(DOCX)]),
    "odt": ("--knowledge", "odt", [package(ODT)]),
    "epub": ("--knowledge", "epub", [package(epub("<h1>A</h1><p>Some text</p>"))]),
    "pptx": ("--knowledge", "pptx", [package(PPTX)]),
    "xlsx": ("--knowledge", "xlsx", [package(XLSX)]),
    "rtf": ("--knowledge", "rtf", [RTF]),
}


def of(reader):
    return [text if isinstance(text, bytes) else text.encode() for text in READERS[reader][2]]
