use std::io::{self, BufReader, Read, Write};

use super::request::Request;
use super::{frame, limits};
use crate::run::job::{Delivery, End};
use crate::run::reader::Reader;

/// Reads the files that standard input asks for and delivers to standard output, until there is no more to read.
///
/// # Errors
/// When whoever started it has gone, or asks for something else than a file.
pub fn serve_reads() -> io::Result<()> {
    limits::set()?;
    serve(io::stdin().lock(), io::stdout().lock())
}

fn serve(input: impl Read, mut output: impl Write) -> io::Result<()> {
    let mut input = BufReader::new(input);
    let mut reader = Reader::default();
    while let Some(asked) = frame::read(&mut input)? {
        let request: Request = serde_json::from_slice(&asked)?;
        let mut written = Ok(());
        let mut deliver = |delivery: Delivery| {
            if written.is_ok() {
                written = frame::write(&mut output, &delivery);
            }
        };
        let end = match request.job() {
            Ok(job) => reader.read(&job, &mut deliver),
            Err(reason) => End::Skipped(reason),
        };
        deliver(Delivery::End(end));
        written?;
    }
    Ok(())
}
