//! The kinds of files that ElevenLabs makes documents of.

use std::path::Path;

use mesh_clients::elevenlabs::Upload;

use crate::audio::Recording;
use crate::error::ToolError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    extension: &'static str,
    media_type: &'static str,
}

const KINDS: [Kind; 6] = [
    Kind::new("epub", "application/epub+zip"),
    Kind::new("pdf", "application/pdf"),
    Kind::new(
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    Kind::new("txt", "text/plain"),
    Kind::new("html", "text/html"),
    Kind::new("htm", "text/html"),
];

impl Kind {
    const fn new(extension: &'static str, media_type: &'static str) -> Self {
        Self {
            extension,
            media_type,
        }
    }

    /// By the end of a file's name.
    pub(super) fn of(argument: &str, path: &str) -> Result<Self, ToolError> {
        let extension = Path::new(path).extension().unwrap_or_default();
        let known = KINDS
            .into_iter()
            .find(|kind| extension.eq_ignore_ascii_case(kind.extension));
        known.ok_or_else(|| {
            ToolError::InvalidArguments(format!(
                "`{argument}`: must end in `.epub`, `.pdf`, `.docx`, `.txt` or `.html`; other texts are given as `text`"
            ))
        })
    }

    /// As it is sent: under a name that says nothing of where it is from.
    pub(super) fn upload(self, file: &Recording) -> Upload {
        Upload {
            name: format!("document.{}", self.extension),
            media_type: Some(self.media_type.to_owned()),
            bytes: file.bytes.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_the_end_of_its_name_and_sent_under_another() {
        let file = Recording::from(b"<p>Hello".to_vec());
        let kind = Kind::of("input_file_path", "a/Secret Plan.HTML").expect("known");
        let upload = kind.upload(&file);
        assert_eq!(upload.name, "document.html");
        assert_eq!(upload.media_type.as_deref(), Some("text/html"));
        for path in ["a.exe", "pdf", ""] {
            let refused = Kind::of("input_file_path", path).expect_err("refused");
            assert!(refused.to_string().contains("`.pdf`"), "{refused}");
        }
    }
}
