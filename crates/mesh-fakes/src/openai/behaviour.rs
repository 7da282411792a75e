use std::time::Duration;

/// What can be asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    Model,
    Embed,
    Respond,
    Search,
    Store,
    Upload,
    Files,
    DeleteFile,
    AttachFiles,
    FileBatch,
    StoreFiles,
}

/// What becomes of one request in place of the usual.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// An error of this status, in the documented shape.
    Status(u16),
    NoSuchModel,
    RateLimited {
        retry_after_s: u64,
    },
    QuotaExceeded,
    /// The connection is reset in place of an answer.
    Reset,
    /// Nothing for so long, then the usual.
    Stall(Duration),
    /// Half of the usual answer.
    Truncated,
    /// The usual, called `text/html`.
    WrongType,
    /// Ten million bytes.
    Huge,
    /// A response with this text.
    Complete(String),
    /// One that ended before its end.
    Incomplete {
        reason: &'static str,
        text: String,
    },
    Refuse(String),
    /// The usual response, whole where a stream was asked for.
    Whole,
    /// One that failed after it had begun, with this code.
    Fail(&'static str),
    /// The usual response, so long before each of its words.
    Slow(Duration),
    /// The connection breaks after so many of its words.
    BreakAfter(usize),
}
