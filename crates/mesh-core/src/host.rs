/// What the server runs in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// A process of its own: a laptop, a container.
    #[default]
    Process,
    /// An execution environment of AWS Lambda: frozen between requests, one of many, gone without notice.
    Lambda,
}
