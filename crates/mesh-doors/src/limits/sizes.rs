use std::fmt;

use mesh_core::Effect;

/// How large a call and its result may be, for one caller and the tools with one effect: in bytes, both as JSON.
///
/// Where nobody says, only the bounds hold that the server has for everybody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The most bytes of a call's arguments.
    pub request_bytes: Option<u32>,
    pub result_bytes: Option<u32>,
}

/// That a call is larger than it may be, or its result. Its text is for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLarge {
    what: What,
    bytes: usize,
    limit: u32,
    effect: Effect,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Request,
    Result,
}

impl Sizes {
    /// # Errors
    /// Where the arguments have more bytes than they may.
    pub fn take(self, effect: Effect, bytes: usize) -> Result<(), TooLarge> {
        within(What::Request, self.request_bytes, effect, bytes)
    }

    /// # Errors
    /// Where a result has more bytes than it may.
    pub fn give(self, effect: Effect, bytes: usize) -> Result<(), TooLarge> {
        within(What::Result, self.result_bytes, effect, bytes)
    }
}

fn within(what: What, limit: Option<u32>, effect: Effect, bytes: usize) -> Result<(), TooLarge> {
    match limit {
        Some(limit) if u32::try_from(bytes).map_or(true, |bytes| bytes > limit) => Err(TooLarge {
            what,
            bytes,
            limit,
            effect,
        }),
        _ => Ok(()),
    }
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, limit, .. } = self;
        let tools = format!("tools that {}", self.effect.as_str());
        match (self.what, self.effect) {
            (What::Request, _) => write!(
                f,
                "the arguments have {bytes} bytes, and {tools} take {limit} from this caller (`request_bytes`); send less, or in \
                 several calls"
            ),
            (What::Result, Effect::Read) => write!(
                f,
                "the result has {bytes} bytes, and {tools} give this caller {limit} (`result_bytes`); ask for less, by narrower \
                 arguments, fewer results or in pages"
            ),
            (What::Result, Effect::Write | Effect::Spend) => write!(
                f,
                "it was done, and its result is not shown: it has {bytes} bytes, and {tools} give this caller {limit} \
                 (`result_bytes`); do not call again to see it"
            ),
        }
    }
}

impl std::error::Error for TooLarge {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_the_last_size_that_is_taken() {
        let sizes = Sizes {
            request_bytes: Some(10),
            result_bytes: Some(20),
        };
        assert_eq!(sizes.take(Effect::Read, 10), Ok(()));
        assert_eq!(sizes.give(Effect::Read, 20), Ok(()));
        let told = |refused: Result<(), TooLarge>| refused.expect_err("refused").to_string();
        assert_eq!(
            told(sizes.take(Effect::Write, 11)),
            "the arguments have 11 bytes, and tools that write take 10 from this caller (`request_bytes`); send less, or in \
             several calls"
        );
        assert_eq!(
            told(sizes.give(Effect::Read, 21)),
            "the result has 21 bytes, and tools that read give this caller 20 (`result_bytes`); ask for less, by narrower \
             arguments, fewer results or in pages"
        );
        let spent = told(sizes.give(Effect::Spend, usize::MAX));
        assert!(spent.starts_with("it was done"), "{spent}");
        assert_eq!(Sizes::default().give(Effect::Read, usize::MAX), Ok(()));
    }
}
