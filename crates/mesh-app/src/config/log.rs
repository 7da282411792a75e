use super::reader::Reader;

/// What is logged, and in which form; always to stderr.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// `MESH_LOG`: a tracing filter such as `info` or `mesh_app=debug,info`. Default `info`: one line per request.
    pub filter: String,
    /// `MESH_LOG_FORMAT`: `json` or `text`. Absent, it is text on a terminal and JSON elsewhere: people read the one,
    /// collectors the other.
    pub format: Option<LogFormat>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    Text,
}

impl LogFormat {
    fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err("`json` or `text`".to_owned()),
        }
    }
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
            format: None,
        }
    }
}

impl Log {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            filter: reader.parsed("MESH_LOG", filter, Self::default().filter),
            format: reader.optional("MESH_LOG_FORMAT", LogFormat::parse),
        }
    }
}

/// The logger itself would pass over a directive it cannot read; here it is a fault.
fn filter(text: &str) -> Result<String, String> {
    match text.parse::<tracing_subscriber::filter::Targets>() {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("a log filter such as `info` or `mesh_app=debug,info`".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_must_name_real_levels() {
        assert_eq!(
            filter("mesh_app=debug,info").as_deref(),
            Ok("mesh_app=debug,info")
        );
        assert!(filter("mesh_app=loud").is_err());
    }
}
