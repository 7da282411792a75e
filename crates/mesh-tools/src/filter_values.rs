//! A filter's values, held against those that the corpus has: a value that nothing has finds nothing, and who is not told
//! so takes that for the answer.

use mesh_index::{Corpus, Facet, Kind, SearchError};
use schemars::JsonSchema;
use serde::Serialize;

use crate::field::Choices;
use crate::view::View;

/// A value of a filter that nothing here has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnknownValue {
    argument: &'static str,
    value: String,
    /// The values there are, the commonest first; of subjects and files, the last seen.
    known: Vec<String>,
    /// Whether there are more than these.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_more: bool,
}

/// Who is told a dozen values sees how they are written.
const MAX_KNOWN: usize = 12;

const MAX_UNKNOWN: usize = 5;

/// None to who may name certain things of a kind alone: the others' values would be among them.
pub(crate) fn max_known(view: &View, kind: Kind) -> usize {
    match view.names_all_of(kind) {
        true => MAX_KNOWN,
        false => 0,
    }
}

pub(crate) struct FilterValues<'c> {
    /// Without one, every value may be known.
    corpus: Option<&'c Corpus>,
    /// How many values are told in the place of one that there is not.
    max_known: usize,
    unknown: Vec<UnknownValue>,
}

impl<'c> FilterValues<'c> {
    pub(crate) fn of(corpus: &'c Corpus, max_known: usize) -> Self {
        Self {
            corpus: Some(corpus),
            max_known,
            unknown: Vec::new(),
        }
    }

    /// Of a place whose values are not known: lists are taken apart, and none is told of.
    pub(crate) const fn not_known() -> Self {
        Self {
            corpus: None,
            max_known: 0,
            unknown: Vec::new(),
        }
    }

    pub(crate) fn into_unknown(self) -> Vec<UnknownValue> {
        self.unknown
    }

    pub(crate) fn one(
        &mut self,
        argument: &'static str,
        facet: Facet,
        value: Option<&String>,
    ) -> Result<(), SearchError> {
        match value {
            Some(value) if !self.has(facet, value)? => self.tell(argument, facet, value),
            _ => Ok(()),
        }
    }

    /// Also takes apart what is a list in one string.
    pub(crate) fn choices(
        &mut self,
        argument: &'static str,
        facet: Facet,
        choices: &mut Choices,
    ) -> Result<(), SearchError> {
        let mut values = Vec::new();
        for value in choices.to_vec() {
            if self.corpus.is_some() && self.has(facet, &value)? {
                values.push(value);
                continue;
            }
            for (part, is_known) in self.parts(facet, &value)? {
                if !is_known {
                    self.tell(argument, facet, &part)?;
                }
                values.push(part);
            }
        }
        *choices = Choices::of(values);
        Ok(())
    }

    fn has(&self, facet: Facet, value: &str) -> Result<bool, SearchError> {
        self.corpus
            .map_or(Ok(true), |corpus| corpus.has_value(facet, value))
    }

    /// `Open, Done` as two, where one of them is known; a value may have a comma in it. Each with whether it is known: the whole
    /// is not.
    fn parts(&self, facet: Facet, value: &str) -> Result<Vec<(String, bool)>, SearchError> {
        let mut parts = Vec::new();
        for part in value.split([',', ';', '|']).map(str::trim) {
            if !part.is_empty() {
                let is_known = part != value && self.has(facet, part)?;
                parts.push((part.to_owned(), is_known));
            }
        }
        if parts.iter().any(|(_, is_known)| *is_known) {
            return Ok(parts);
        }
        Ok(vec![(value.to_owned(), false)])
    }

    fn tell(
        &mut self,
        argument: &'static str,
        facet: Facet,
        value: &str,
    ) -> Result<(), SearchError> {
        if let Some(corpus) = self.corpus.filter(|_| self.unknown.len() < MAX_UNKNOWN) {
            let values = corpus.values(facet, self.max_known)?;
            self.unknown.push(UnknownValue {
                argument,
                value: mesh_core::truncate(value).to_owned(),
                known: values.known,
                has_more: values.has_more,
            });
        }
        Ok(())
    }
}
