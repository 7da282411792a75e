//! How many bytes of JSON something is, without writing it.

use std::io;

use mesh_tools::Reply;
use mesh_tools::prompt::Message;
use mesh_tools::reply::Content;
use mesh_tools::resource::Completion;
use rmcp::model::GetPromptResult;
use serde::Serialize;
use serde_json::value::RawValue;

use super::answer;
use crate::remote::Answered;

/// What a call comes to, as a client gets it, before the envelope.
pub(crate) trait Measured {
    fn bytes(&self) -> usize;
}

impl Measured for Reply {
    fn bytes(&self) -> usize {
        bytes(&answer::result(self.clone()))
    }
}

impl Measured for Box<RawValue> {
    fn bytes(&self) -> usize {
        self.get().len()
    }
}

impl Measured for Answered {
    fn bytes(&self) -> usize {
        self.as_ref().map_or(0, |result| result.get().len())
    }
}

impl Measured for Content {
    fn bytes(&self) -> usize {
        bytes(&answer::contents(self.clone()))
    }
}

impl Measured for Vec<Message> {
    fn bytes(&self) -> usize {
        let messages = self.iter().cloned().map(answer::message);
        bytes(&GetPromptResult::new(messages.collect()))
    }
}

impl Measured for Completion {
    fn bytes(&self) -> usize {
        bytes(&self.values)
    }
}

pub(crate) fn bytes(value: &impl Serialize) -> usize {
    let mut count = Count(0);
    serde_json::to_writer(&mut count, value).expect("the keys of JSON are text");
    count.0
}

struct Count(usize);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
