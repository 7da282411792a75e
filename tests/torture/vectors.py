"""A model small enough to be damaged many times: the words of the good corpus, and no layer of a network."""

import hashlib
import struct

WIDTH, POSITIONS, PANEL = 384, 128, 16
PIECES = ["[UNK]", "[CLS]", "[SEP]", "the", "is", "approved", *"abcdefghijklmnopqrstuvwxyz", *("##" + c for c in "abcdefghijklmnopqrstuvwxyz0123456789")]


def model(random):
    vocabulary = "\n".join(PIECES).encode()
    sizes = struct.pack("<5I", WIDTH, 1, 0, PANEL, len(vocabulary))
    words = random.randbytes(len(PIECES) * WIDTH) + floats([1 / 127] * len(PIECES))
    content = sizes + vocabulary + words + floats([0] * POSITIONS * WIDTH) + floats([1] * WIDTH + [0] * WIDTH)
    return b"MESHEMB\x01" + content + hashlib.sha256(content).digest()


def floats(values):
    return struct.pack(f"<{len(values)}f", *values)


def add(mesh, corpus, random):
    """The model is put there as one that was brought along: the next run makes the vectors."""
    (corpus / "vectors").mkdir()
    (corpus / "vectors" / "model.bin").write_bytes(model(random))
    return mesh.index(corpus)
