use std::io::{BufRead, BufReader, Seek, SeekFrom};

use encoding_rs::{Encoding, UTF_8};

use super::recoded::Recoded;
use crate::ingest::skip::SkipReason;

/// An export that can be read again from its beginning, behind the mark of its encoding.
#[derive(Debug)]
pub(super) struct Input<R> {
    input: R,
    start: u64,
    encoding: &'static Encoding,
}

impl<R: BufRead + Seek> Input<R> {
    pub(super) fn new(mut input: R) -> Result<Self, SkipReason> {
        let head = input.fill_buf().map_err(|error| SkipReason::from(&error))?;
        let (encoding, mark) = Encoding::for_bom(head).unwrap_or((UTF_8, 0));
        Ok(Self {
            input,
            start: mark as u64,
            encoding,
        })
    }

    /// Bytes as they stand where the encoding is UTF-8, or not told: each reader mends what is not UTF-8 in its own way.
    pub(super) fn open(&mut self) -> Result<Box<dyn BufRead + '_>, SkipReason> {
        self.input
            .seek(SeekFrom::Start(self.start))
            .map_err(|error| SkipReason::from(&error))?;
        if self.encoding == UTF_8 {
            return Ok(Box::new(&mut self.input));
        }
        let recoded = Recoded::new(&mut self.input, self.encoding);
        Ok(Box::new(BufReader::new(recoded)))
    }
}
