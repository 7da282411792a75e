/// Why the state was not read or written, by what the caller can do about it. The words are for the operator; they hold no
/// value and no key.
///
/// After [`Self::TimedOut`] and [`Self::Unreachable`] a write may have been made or not; after every other one it was not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Read again and decide anew. Also of a conditional delete that was made and whose answer was lost.
    #[error("the item is not as the write expected it")]
    Conflict,
    #[error("the state does not fit: its disk or quota is full, make room")]
    Full,
    /// Try again: another writer was at it until the deadline.
    #[error("the state is locked by another writer")]
    Busy,
    #[error(
        "the state is damaged: stop what uses it, move its files away and put a copy in their place"
    )]
    Corrupt,
    #[error("the state was written by a newer version of this program: use that one")]
    Newer,
    /// Which file or permission is missing.
    #[error("the state may not be read or written: {0}")]
    Denied(String),
    #[error("the table asked for fewer requests")]
    Throttled,
    #[error("the table could not be reached")]
    Unreachable,
    #[error("the state was not read or written in time")]
    TimedOut,
    #[error("{what} has more than {limit} bytes")]
    TooLarge { what: &'static str, limit: usize },
    /// Anything else, by the short name that the file or the table has for it.
    #[error("the state was refused: {0}")]
    Refused(String),
}
