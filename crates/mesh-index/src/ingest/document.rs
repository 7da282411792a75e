//! Documents: which file is one, and the reader of its format.

use super::notes::Notes;
use super::packed::unpack;
use super::skip::SkipReason;
use super::{
    changelog, decode, docx, epub, html, markdown, odt, outline, pdf, pptx, rst, rtf, text, xlsx,
};
use crate::record::Passage;

/// The formats, as people are told of them.
pub const FORMAT_NAMES: &str =
    "Markdown, HTML, reStructuredText, PDF, DOCX, ODT, EPUB, PPTX, XLSX, RTF, plain text";

type Read = fn(&str, &[u8], &mut Notes) -> Result<Vec<Passage>, SkipReason>;

/// A reader and the extensions of the files it reads.
struct Format {
    read: Read,
    version: u32,
    extensions: &'static [&'static str],
}

const TEXT: Format = Format {
    read: text::read,
    version: text::VERSION,
    // `debian`: README.Debian, changelog.Debian, NEWS.Debian.
    extensions: &[
        "txt", "text", "adoc", "asciidoc", "org", "textile", "debian",
    ],
};

static FORMATS: [Format; 11] = [
    Format {
        read: markdown::read,
        version: markdown::VERSION,
        extensions: &["md", "markdown", "mdown", "mkd", "mdx"],
    },
    Format {
        read: html::read,
        version: html::VERSION,
        extensions: &["html", "htm", "xhtml"],
    },
    Format {
        read: rst::read,
        version: rst::VERSION,
        extensions: &["rst", "rest"],
    },
    Format {
        read: pdf::read,
        version: pdf::VERSION,
        extensions: &["pdf"],
    },
    Format {
        read: docx::read,
        version: docx::VERSION,
        extensions: &["docx", "docm", "dotx", "dotm"],
    },
    Format {
        read: odt::read,
        version: odt::VERSION,
        extensions: &["odt", "ott"],
    },
    Format {
        read: epub::read,
        version: epub::VERSION,
        extensions: &["epub"],
    },
    Format {
        read: pptx::read,
        version: pptx::VERSION,
        extensions: &["pptx", "pptm", "ppsx"],
    },
    Format {
        read: xlsx::read,
        version: xlsx::VERSION,
        extensions: &["xlsx", "xlsm"],
    },
    Format {
        read: rtf::read,
        version: rtf::VERSION,
        extensions: &["rtf"],
    },
    TEXT,
];

/// Files without an extension that are text, but for programs.
const FOR_PROGRAMS: [&str; 18] = [
    "brewfile",
    "build",
    "codeowners",
    "containerfile",
    "dockerfile",
    "gemfile",
    "gnumakefile",
    "jenkinsfile",
    "justfile",
    "kbuild",
    "kconfig",
    "makefile",
    "pipfile",
    "podfile",
    "procfile",
    "rakefile",
    "vagrantfile",
    "workspace",
];

/// Files under these names are text for people.
const WELL_KNOWN: [&str; 12] = [
    "authors",
    "contributors",
    "copying",
    "copyright",
    "credits",
    "faq",
    "install",
    "licence",
    "license",
    "readme",
    "thanks",
    "todo",
];

/// What a file's name says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Named {
    Document,
    /// A name without an extension: a document if its content is text for people.
    Undecided,
    Other,
}

pub(crate) fn named(name: &str) -> Named {
    let inner = uncompressed(name);
    if format(inner).is_some() {
        return Named::Document;
    }
    let lower = inner.to_lowercase();
    if inner.contains('.') || FOR_PROGRAMS.contains(&&*lower) {
        return Named::Other;
    }
    let is_compressed = inner.len() < name.len();
    if WELL_KNOWN.contains(&&*lower) || changelog::is_named_so(inner) {
        Named::Document
    } else if is_compressed {
        // Nobody knows what is packed in it.
        Named::Other
    } else {
        Named::Undecided
    }
}

/// Whether a file without an extension begins as text for people does: as no script, and no binary.
pub(crate) fn begins_as_text(head: &[u8]) -> bool {
    !head.starts_with(b"#!") && decode::text(head).is_ok_and(|text| !text.trim().is_empty())
}

/// The passages of a document, in the format its name tells.
///
/// # Errors
/// Why the file is left out: it is not what its name says, damaged, locked, or too much for its reader.
pub fn read(path: &str, bytes: &[u8], notes: &mut Notes) -> Result<Vec<Passage>, SkipReason> {
    let name = outline::file_name(path);
    let inner = uncompressed(name);
    let format = format(inner).unwrap_or(&TEXT);
    if inner.len() < name.len() {
        (format.read)(path, &unpack(bytes)?, notes)
    } else {
        (format.read)(path, bytes, notes)
    }
}

/// Of the reader that reads such a file.
pub(crate) fn version(path: &str) -> u32 {
    format(uncompressed(outline::file_name(path)))
        .unwrap_or(&TEXT)
        .version
}

fn format(name: &str) -> Option<&'static Format> {
    let (_, extension) = name.rsplit_once('.')?;
    let extension = extension.to_lowercase();
    FORMATS
        .iter()
        .find(|format| format.extensions.contains(&&*extension))
}

/// The name of what is packed in a file: `a.md` of `a.md.gz`.
pub(crate) fn uncompressed(name: &str) -> &str {
    let ending = name.len().saturating_sub(".gz".len());
    match name.split_at_checked(ending) {
        Some((inner, ending)) if ending.eq_ignore_ascii_case(".gz") && !inner.is_empty() => inner,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::packed::tests::packed;

    #[test]
    fn people_are_told_of_every_format() {
        assert_eq!(FORMAT_NAMES.split(", ").count(), FORMATS.len());
        for format in FORMATS.iter().filter(|format| format.extensions.len() == 1) {
            let extension = format.extensions[0].to_uppercase();
            assert!(FORMAT_NAMES.contains(&extension), "{extension}");
        }
    }

    #[test]
    fn a_name_tells_whether_it_is_a_document() {
        for name in [
            "a.MD",
            "b.mdx",
            "notes.md.gz",
            "README.gz",
            "changelog.Debian.gz",
            "changelog.GZ",
            "NEWS.Debian",
            "x.adoc",
            "README",
            "copyright",
        ] {
            assert_eq!(named(name), Named::Document, "{name}");
        }
        for name in ["LICENSE-MIT", "Guide", "日本"] {
            assert_eq!(named(name), Named::Undecided, "{name}");
        }
        for name in [
            "main.rs",
            "Makefile",
            "data.tar.gz",
            "backup.gz",
            "x.json",
            ".gz",
        ] {
            assert_eq!(named(name), Named::Other, "{name}");
        }
    }

    #[test]
    fn no_extension_has_two_readers() {
        let mut all: Vec<&str> = FORMATS
            .iter()
            .flat_map(|format| format.extensions)
            .copied()
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn scripts_and_programs_are_no_text_for_people() {
        assert!(begins_as_text(b"How to install\n"));
        assert!(begins_as_text(b"\xFF\xFEH\0i\0"));
        assert!(!begins_as_text(b"#!/bin/sh\n"));
        assert!(!begins_as_text(b"\x7fELF\x02\x01\0\0"));
        assert!(!begins_as_text(b"\n"));
    }

    #[test]
    fn compressed_text_is_read_by_its_inner_name() {
        let bytes = packed(b"# Tides\n\nTwice a day.\n");
        let passages = read("d/tides.md.gz", &bytes, &mut Notes::default()).expect("gzip");
        assert_eq!(passages[0].title, "Tides");
        assert_eq!(passages[0].path, "d/tides.md.gz");
        assert_eq!(passages[0].text, "Twice a day.");
    }
}
