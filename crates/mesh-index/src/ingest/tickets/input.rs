use std::io::{BufRead, BufReader, Read, Seek, copy, sink};

use encoding_rs::{Encoding, UTF_8};

use super::recoded::Recoded;
use crate::ingest::packed;
use crate::ingest::skip::SkipReason;

/// An export that can be read again from its beginning, behind the mark of its encoding.
#[derive(Debug)]
pub(super) struct Input<R> {
    input: R,
    is_packed: bool,
    start: u64,
    encoding: &'static Encoding,
}

impl<R: BufRead + Seek> Input<R> {
    pub(super) fn new(mut input: R) -> Result<Self, SkipReason> {
        let fault = |error| SkipReason::from(&error);
        let mut this = Self {
            is_packed: packed::is_packed(input.fill_buf().map_err(fault)?),
            input,
            start: 0,
            encoding: UTF_8,
        };
        let mut content = this.content()?;
        let (encoding, mark) =
            Encoding::for_bom(content.fill_buf().map_err(fault)?).unwrap_or((UTF_8, 0));
        drop(content);
        (this.encoding, this.start) = (encoding, mark as u64);
        Ok(this)
    }

    /// Bytes as they stand where the encoding is UTF-8, or not told: each reader mends what is not UTF-8 in its own way.
    pub(super) fn open(&mut self) -> Result<Box<dyn BufRead + '_>, SkipReason> {
        let (start, encoding) = (self.start, self.encoding);
        let mut content = self.content()?;
        copy(&mut content.by_ref().take(start), &mut sink())
            .map_err(|error| SkipReason::from(&error))?;
        if encoding == UTF_8 {
            return Ok(content);
        }
        Ok(Box::new(BufReader::new(Recoded::new(content, encoding))))
    }

    /// From its first byte, unpacked.
    fn content(&mut self) -> Result<Box<dyn BufRead + '_>, SkipReason> {
        self.input
            .rewind()
            .map_err(|error| SkipReason::from(&error))?;
        if self.is_packed {
            return Ok(Box::new(packed::stream(&mut self.input)));
        }
        Ok(Box::new(&mut self.input))
    }
}
