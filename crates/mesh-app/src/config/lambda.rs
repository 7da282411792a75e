use super::reader::Reader;

/// What only the Lambda function does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lambda {
    /// `MESH_INVOKE_MODE`: `buffered` or `streaming`. Default `buffered`, as a Function URL has it; the two must agree.
    pub invoke_mode: InvokeMode,
    /// `MESH_CORPUS_URI`: where the corpus is fetched from when it is first needed. No default: it rides in the package.
    pub corpus: Option<CorpusUri>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvokeMode {
    Buffered,
    Streaming,
}

/// An object in S3: a tar archive, gzipped, of the folder that `mesh index` made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CorpusUri(String);

impl Lambda {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            invoke_mode: reader.parsed("MESH_INVOKE_MODE", invoke_mode, InvokeMode::Buffered),
            corpus: reader.optional("MESH_CORPUS_URI", CorpusUri::parse),
        }
    }
}

impl CorpusUri {
    fn parse(text: &str) -> Result<Self, String> {
        let parts = text
            .strip_prefix("s3://")
            .and_then(|rest| rest.split_once('/'));
        match parts {
            Some((bucket, key)) if !bucket.is_empty() && key.ends_with(".tar.gz") => {
                Ok(Self(text.to_owned()))
            }
            _ => Err("an object such as `s3://bucket/corpus.tar.gz`".to_owned()),
        }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn invoke_mode(text: &str) -> Result<InvokeMode, String> {
    match text.trim() {
        "buffered" => Ok(InvokeMode::Buffered),
        "streaming" => Ok(InvokeMode::Streaming),
        _ => Err("`buffered` or `streaming`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corpus_is_an_archive_in_a_bucket() {
        let uri = CorpusUri::parse("s3://corpora/team/aoma.tar.gz").expect("an object");
        assert_eq!(uri.as_str(), "s3://corpora/team/aoma.tar.gz");
        for wrong in [
            "s3://corpora",
            "s3:///x.tar.gz",
            "https://x/y.tar.gz",
            "s3://b/corpus",
        ] {
            assert!(CorpusUri::parse(wrong).is_err(), "{wrong}");
        }
    }
}
