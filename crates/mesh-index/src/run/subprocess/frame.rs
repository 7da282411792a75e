//! A message as it goes through a pipe: its length in four bytes, then JSON.

use std::io::{self, Read, Write};

use serde::Serialize;

/// The largest text that a reader gives, with room for what JSON adds.
pub(super) const MAX_FRAME_BYTES: usize = 128 * 1024 * 1024;

pub(super) fn write(output: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let json = serde_json::to_vec(message)?;
    let len = u32::try_from(json.len()).map_err(io::Error::other)?;
    output.write_all(&len.to_le_bytes())?;
    output.write_all(&json)?;
    output.flush()
}

/// `None` at the end of the input.
pub(super) fn read(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut len = [0; 4];
    match input.read_exact(&mut len) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let len = u32::from_le_bytes(len);
    if len as usize > MAX_FRAME_BYTES {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut json = Vec::new();
    input.take(len.into()).read_to_end(&mut json)?;
    if json.len() < len as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(Some(json))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_and_what_is_no_frame_is_an_error() {
        let mut pipe = Vec::new();
        write(&mut pipe, &["one"]).expect("memory");
        write(&mut pipe, &2).expect("memory");
        let mut input = &pipe[..];
        assert_eq!(
            read(&mut input).expect("a frame").as_deref(),
            Some(&b"[\"one\"]"[..])
        );
        assert_eq!(
            read(&mut input).expect("a frame").as_deref(),
            Some(&b"2"[..])
        );
        assert_eq!(read(&mut input).expect("the end"), None);
        assert!(read(&mut &pipe[..6]).is_err(), "breaks off");
        assert!(read(&mut &[0xff; 9][..]).is_err(), "too long");
    }
}
