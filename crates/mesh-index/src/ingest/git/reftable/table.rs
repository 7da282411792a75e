//! One table: a header, blocks of references in the order of their names, and more that is not read here.

use gix::ObjectId;
use gix::hash::Kind;

use crate::ingest::skip::SkipReason;

/// What a reference leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::ingest::git) enum Target {
    Object(ObjectId),
    Symbolic(String),
}

/// What a table says of a reference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    To(Target),
    Deleted,
}

/// What follows the header in the footer: five positions and a checksum.
const FOOTER_BYTES: usize = 5 * 8 + 4;

#[derive(Debug)]
pub(super) struct Table {
    bytes: Vec<u8>,
    /// Where the first block's type stands.
    header: usize,
    /// Blocks are padded to this size; 0 where they are not.
    block_size: usize,
    hash: Kind,
}

impl Table {
    pub(super) fn parse(bytes: Vec<u8>, hash: Kind) -> Result<Self, SkipReason> {
        let header = match bytes.get(..5) {
            Some(b"REFT\x01") => 24,
            Some(b"REFT\x02") => 28,
            _ => return Err(SkipReason::BrokenRepository),
        };
        // A table ends with its header once more and where its other parts are: one that was cut lacks it.
        let footer = bytes.len().checked_sub(header + FOOTER_BYTES);
        if footer.is_none_or(|at| bytes[at..at + header] != bytes[..header]) {
            return Err(SkipReason::BrokenRepository);
        }
        let block_size = uint24(&bytes, 5).ok_or(SkipReason::BrokenRepository)?;
        Ok(Self {
            bytes,
            header,
            block_size,
            hash,
        })
    }

    pub(super) fn find(&self, name: &str) -> Result<Option<Change>, SkipReason> {
        let mut found = None;
        self.visit(|each, change| {
            if each == name.as_bytes() {
                found = Some(change);
            }
        })?;
        Ok(found)
    }

    pub(super) fn names(&self, prefix: &str) -> Result<Vec<String>, SkipReason> {
        let mut names = Vec::new();
        self.visit(|name, _| {
            if name.starts_with(prefix.as_bytes()) {
                names.push(String::from_utf8_lossy(name).into_owned());
            }
        })?;
        Ok(names)
    }

    fn visit(&self, mut visitor: impl FnMut(&[u8], Change)) -> Result<(), SkipReason> {
        let mut start = 0;
        loop {
            let kind = if start == 0 { self.header } else { start };
            if self.bytes.get(kind) != Some(&b'r') {
                return Ok(());
            }
            let length = self
                .block(start, kind, &mut visitor)
                .ok_or(SkipReason::BrokenRepository)?;
            start += length;
        }
    }

    /// Reads the block at `start`, whose type stands at `kind`, and gives its length back.
    fn block(
        &self,
        start: usize,
        kind: usize,
        visitor: &mut impl FnMut(&[u8], Change),
    ) -> Option<usize> {
        // The first block's length includes the header.
        let length = uint24(&self.bytes, kind + 1)?;
        let block = self.bytes.get(start..start + length)?;
        let restarts = usize::from(u16::from_be_bytes(block.last_chunk().copied()?));
        let end = length.checked_sub(2 + 3 * restarts)?;
        let mut records = Records {
            bytes: block.get(..end)?,
            at: kind - start + 4,
            hash: self.hash,
            name: Vec::new(),
        };
        while records.at < end {
            let change = records.next()?;
            visitor(&records.name, change);
        }
        let padded = self.block_size.max(length);
        let is_padded = self.bytes.get(start + length) == Some(&0);
        (length > 0).then_some(if is_padded { padded } else { length })
    }
}

/// The records of a block; each name is written as what it does not share with the one before.
struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    hash: Kind,
    name: Vec<u8>,
}

impl<'a> Records<'a> {
    fn next(&mut self) -> Option<Change> {
        let shared = self.varint()?;
        let length_and_kind = self.varint()?;
        if shared > self.name.len() {
            return None;
        }
        self.name.truncate(shared);
        let suffix = self.take(length_and_kind >> 3)?;
        self.name.extend_from_slice(suffix);
        self.varint()?;
        match length_and_kind & 7 {
            0 => Some(Change::Deleted),
            1 => self.object().map(Change::To),
            // A tag, followed by what it is of.
            2 => {
                let tag = self.object()?;
                self.object()?;
                Some(Change::To(tag))
            }
            3 => {
                let length = self.varint()?;
                let name = self.take(length)?;
                let name = String::from_utf8(name.to_vec()).ok()?;
                Some(Change::To(Target::Symbolic(name)))
            }
            _ => None,
        }
    }

    fn object(&mut self) -> Option<Target> {
        let id = self.take(self.hash.len_in_bytes())?;
        ObjectId::try_from(id).ok().map(Target::Object)
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(length)?;
        let taken = self.bytes.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    fn varint(&mut self) -> Option<usize> {
        let mut value = 0_usize;
        loop {
            let byte = *self.bytes.get(self.at)?;
            self.at += 1;
            value = (value << 7) + usize::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Some(value);
            }
            if value > usize::MAX >> 8 {
                return None;
            }
            value += 1;
        }
    }
}

fn uint24(bytes: &[u8], at: usize) -> Option<usize> {
    let [high, middle, low] = bytes.get(at..at + 3)?.try_into().ok()?;
    Some(u32::from_be_bytes([0, high, middle, low]) as usize)
}
