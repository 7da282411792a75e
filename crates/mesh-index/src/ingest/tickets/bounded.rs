use std::cell::Cell;
use std::io::{ErrorKind, Read, Result};

/// No ticket is longer: an unclosed quote or bracket must not take in the rest of a large export.
const MAX_TICKET_BYTES: u64 = 16 * 1024 * 1024;

/// How much may be read before the next ticket is complete.
#[derive(Debug)]
pub(super) struct Allowance(Cell<u64>);

impl Allowance {
    pub(super) fn new() -> Self {
        Self(Cell::new(MAX_TICKET_BYTES))
    }

    pub(super) fn renew(&self) {
        self.0.set(MAX_TICKET_BYTES);
    }
}

/// Ends with an error once a single ticket has taken more than its share.
#[derive(Debug)]
pub(super) struct Bounded<'a, R> {
    input: R,
    allowance: &'a Allowance,
}

impl<'a, R> Bounded<'a, R> {
    pub(super) fn new(input: R, allowance: &'a Allowance) -> Self {
        Self { input, allowance }
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        let left = self.allowance.0.get();
        if left == 0 {
            return Err(ErrorKind::FileTooLarge.into());
        }
        let count = self.input.read(buffer)?;
        self.allowance.0.set(left.saturating_sub(count as u64));
        Ok(count)
    }
}
