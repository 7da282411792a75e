//! Settings that are one of a few words.

/// Something that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    On,
    Off,
}

impl Switch {
    pub(super) const ALL: [(&str, Self); 2] = [("on", Self::On), ("off", Self::Off)];

    #[must_use]
    pub fn is_on(self) -> bool {
        self == Self::On
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SecretsFrom {
    Off,
    /// AWS Systems Manager Parameter Store.
    Ssm,
    /// The environment, or a file of such variables.
    Environment,
}

impl SecretsFrom {
    pub(super) const ALL: [(&str, Self); 3] = [
        ("off", Self::Off),
        ("ssm", Self::Ssm),
        ("env", Self::Environment),
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Json,
    Text,
}

impl LogFormat {
    pub(super) const ALL: [(&str, Self); 2] = [("json", Self::Json), ("text", Self::Text)];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeasuresBy {
    Off,
    /// Lines on standard output, in CloudWatch's embedded metric format.
    Emf,
    /// `PutMetricData`, every minute.
    CloudWatch,
}

impl MeasuresBy {
    pub(super) const ALL: [(&str, Self); 3] = [
        ("off", Self::Off),
        ("emf", Self::Emf),
        ("cloudwatch", Self::CloudWatch),
    ];
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvokeMode {
    Buffered,
    Streaming,
}

impl InvokeMode {
    pub(super) const ALL: [(&str, Self); 2] =
        [("buffered", Self::Buffered), ("streaming", Self::Streaming)];
}

/// The ways an MCP conversation is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Era {
    /// Modern first, then legacy.
    Auto,
    /// With `initialize`: 2024-11-05 to 2025-11-25.
    Legacy,
    /// Without any opening: 2026-07-28.
    Modern,
}

impl Era {
    pub(super) const ALL: [(&str, Self); 3] = [
        ("auto", Self::Auto),
        ("legacy", Self::Legacy),
        ("modern", Self::Modern),
    ];
}

/// Where the policy is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyAt {
    File(std::path::PathBuf),
    /// A parameter, `ssm:/name`, or an object, `s3://bucket/key`.
    Aws(String),
}

/// Where the values are that entries of upstreams name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialsAt {
    /// A file per team.
    Folder(std::path::PathBuf),
    /// Parameters below this path.
    Ssm(String),
}

impl CredentialsAt {
    #[must_use]
    pub fn folder(&self) -> Option<&std::path::Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Ssm(_) => None,
        }
    }
}

/// Where the record of decisions goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditTo {
    StandardOutput,
    File(std::path::PathBuf),
    /// What outlives a request is kept there, too.
    State,
}
