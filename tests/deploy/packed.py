"""What `scripts/package` makes of files, without anything being built."""

import importlib.util
import pathlib
import tempfile
from importlib.machinery import SourceFileLoader

from tally import equal, holds
from terraform import ROOT


def check(tally):
    tally.check("a zip larger than Lambda takes is refused and not left behind", larger_is_refused)


def larger_is_refused():
    package = loaded()
    with tempfile.TemporaryDirectory(prefix="packed-") as folder:
        path = pathlib.Path(folder) / "mcp-arm64.zip"
        path.write_bytes(bytes(package.LARGEST_SENT))
        package.refuse_larger(path)
        path.write_bytes(bytes(package.LARGEST_SENT + 1))
        try:
            package.refuse_larger(path)
        except SystemExit as said:
            holds("of which Lambda takes 52.4 MB: give the corpus by settings.corpus_uri" in said.code, said.code)
        else:
            raise AssertionError("it was let through")
        equal(path.exists(), False)


def loaded():
    loader = SourceFileLoader("package", str(ROOT / "scripts" / "package"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("package", loader))
    loader.exec_module(module)
    return module
