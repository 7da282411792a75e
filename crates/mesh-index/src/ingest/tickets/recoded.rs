use std::io::{BufRead, Read, Result};

use encoding_rs::{Decoder, Encoding};

/// A character's UTF-8 takes four bytes at most, and nothing is decoded into less room than one needs.
const ROOM: usize = 8 * 1024;

/// What is read from it is UTF-8; what is wrong in the input becomes a replacement character.
pub(super) struct Recoded<R> {
    input: R,
    decoder: Decoder,
    ready: Box<[u8; ROOM]>,
    start: usize,
    end: usize,
    has_ended: bool,
}

impl<R: BufRead> Recoded<R> {
    pub(super) fn new(input: R, encoding: &'static Encoding) -> Self {
        Self {
            input,
            decoder: encoding.new_decoder_without_bom_handling(),
            ready: Box::new([0; ROOM]),
            start: 0,
            end: 0,
            has_ended: false,
        }
    }

    fn fill(&mut self) -> Result<()> {
        while self.start == self.end && !self.has_ended {
            let encoded = self.input.fill_buf()?;
            let is_last = encoded.is_empty();
            let (result, read, written, _) =
                self.decoder
                    .decode_to_utf8(encoded, &mut self.ready[..], is_last);
            self.input.consume(read);
            (self.start, self.end) = (0, written);
            self.has_ended = is_last && result == encoding_rs::CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Recoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.fill()?;
        let count = buffer.len().min(self.end - self.start);
        buffer[..count].copy_from_slice(&self.ready[self.start..self.start + count]);
        self.start += count;
        Ok(count)
    }
}
