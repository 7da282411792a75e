use std::fmt::Write as _;

use super::{Synthesis, SynthesisState};

/// The rest is in `synthesis`.
const MAX_NOTED: usize = 5;

impl Synthesis {
    /// What a reader has to know of the text.
    pub(in crate::knowledge) fn notes(&self) -> String {
        let mut notes = String::new();
        let mut note = |text: std::fmt::Arguments<'_>| {
            write!(notes, "\n\n({text})").expect("writing to a string cannot fail");
        };
        if let (SynthesisState::Partial, Some(why)) = (self.state, &self.why) {
            note(format_args!("The answer breaks off here: {why}."));
        }
        if !self.uncited.is_empty() {
            note(format_args!("Without a source: {}", first(&self.uncited)));
        }
        if !self.falsely_cited.is_empty() {
            note(format_args!(
                "Shares few words with the passage it names: {}",
                first(&self.falsely_cited)
            ));
        }
        notes
    }
}

fn first(statements: &[String]) -> String {
    let noted = statements.iter().take(MAX_NOTED);
    let noted: Vec<_> = noted.map(|one| format!("\"{one}\"")).collect();
    let mut first = noted.join("; ");
    if statements.len() > MAX_NOTED {
        let more = statements.len() - MAX_NOTED;
        write!(first, "; and {more} more").expect("writing to a string cannot fail");
    }
    first
}
