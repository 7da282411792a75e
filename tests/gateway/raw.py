"""JSON as it was written: the members of an object and the items of an array, each as the text it has."""

import json
from json.decoder import scanstring

DECODER = json.JSONDecoder()
BLANK = " \t\r\n"


def members(text):
    """The names of an object, in their order, and the text of each value."""
    found, at = {}, blank(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = scanstring(text, at + 1)
        at = blank(text, blank(text, at) + 1)
        _, end = DECODER.raw_decode(text, at)
        found[name] = text[at:end]
        at = blank(text, end)
        if text[at] == ",":
            at = blank(text, at + 1)
    return found


def items(text):
    found, at = [], blank(text, text.index("[") + 1)
    while text[at] != "]":
        _, end = DECODER.raw_decode(text, at)
        found.append(text[at:end])
        at = blank(text, end)
        if text[at] == ",":
            at = blank(text, at + 1)
    return found


def blank(text, at):
    while text[at] in BLANK:
        at += 1
    return at
