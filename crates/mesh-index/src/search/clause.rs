//! Filters as clauses of a tantivy query.

use std::ops::Bound;

use tantivy::query::{
    BooleanQuery, ConstScoreQuery, Occur, Query, RangeQuery, RegexQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{TantivyError, Term};

use super::error::SearchError;
use super::filter::{CodeFilter, CommitFilter, MailFilter, TicketFilter};
use super::pattern::{glob_or_part, is_glob, part};
use super::period::period;
use super::renames::earlier_paths;
use crate::corpus::Snapshot;
use crate::record::Kind;
use crate::store::date::last_second_of_day;
use crate::store::{Fields, filter_value};

type Clause = (Occur, Box<dyn Query>);

/// The clauses that all must hold; empty when nothing is asked for.
pub(crate) struct Clauses<'a> {
    fields: &'a Fields,
    clauses: Vec<Box<dyn Query>>,
}

impl Clone for Clauses<'_> {
    fn clone(&self) -> Self {
        let clauses = self.clauses.iter().map(|clause| clause.box_clone());
        Self {
            fields: self.fields,
            clauses: clauses.collect(),
        }
    }
}

impl<'a> Clauses<'a> {
    fn new(fields: &'a Fields) -> Self {
        Self {
            fields,
            clauses: Vec::new(),
        }
    }

    pub(crate) fn none(fields: &'a Fields) -> Self {
        Self::new(fields)
    }

    /// What has exactly this value there.
    pub(crate) fn value(fields: &'a Fields, field: Field, value: &str) -> Self {
        let mut clauses = Self::new(fields);
        clauses.one_of(field, [value]);
        clauses
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    pub(crate) fn tickets(fields: &'a Fields, filter: &TicketFilter) -> Result<Self, SearchError> {
        let mut clauses = Self::new(fields);
        clauses.one_of(fields.project, &filter.project);
        clauses.one_of(fields.status, &filter.status);
        clauses.one_of(fields.priority, &filter.priority);
        clauses.one_of(fields.issue_type, &filter.issue_type);
        clauses.part_of("assignee", fields.person, &filter.assignee)?;
        Ok(clauses)
    }

    pub(crate) fn commits(
        snapshot: &'a Snapshot,
        filter: &CommitFilter,
    ) -> Result<Self, SearchError> {
        let fields = &snapshot.fields;
        let mut clauses = Self::new(fields);
        clauses.one_of(fields.repository, &filter.repository);
        clauses.part_of("author", fields.person, &filter.author)?;
        clauses.dates(filter.date_from.as_deref(), filter.date_to.as_deref())?;
        if let Some(glob) = &filter.file_pattern {
            let pattern = glob_or_part("file_pattern", glob)?;
            clauses.matching(fields.path, &pattern, "file_pattern")?;
            if !is_glob(glob) {
                clauses.or_before(snapshot, glob)?;
            }
        }
        if let Some(text) = &filter.path {
            clauses.matching(fields.path, &part("path", text)?, "path")?;
            clauses.or_before(snapshot, text)?;
        }
        Ok(clauses)
    }

    pub(crate) fn code(fields: &'a Fields, filter: &CodeFilter) -> Result<Self, SearchError> {
        let mut clauses = Self::new(fields);
        clauses.one_of(fields.repository, &filter.repository);
        clauses.one_of(fields.language, &filter.language);
        let extensions = filter
            .extension
            .iter()
            .map(|e| e.trim().trim_start_matches('.'));
        clauses.one_of(fields.extension, extensions);
        if let Some(glob) = &filter.path {
            clauses.matching(fields.path, &glob_or_part("path", glob)?, "path")?;
        }
        Ok(clauses)
    }

    pub(crate) fn mail(fields: &'a Fields, filter: &MailFilter) -> Result<Self, SearchError> {
        let mut clauses = Self::new(fields);
        clauses.dates(filter.date_from.as_deref(), filter.date_to.as_deref())?;
        clauses.part_of("from", fields.person, &filter.from)?;
        clauses.part_of("to", fields.recipient, &filter.to)?;
        clauses.part_of("subject", fields.subject, filter.subject.as_slice())?;
        clauses.one_of(fields.priority, &filter.priority);
        if let Some(expected) = filter.has_attachments {
            clauses.one_of(fields.attached, [if expected { "yes" } else { "no" }]);
        }
        Ok(clauses)
    }

    /// What has an id that begins so.
    pub(crate) fn beginning(mut self, ids: &[String]) -> Result<Self, SearchError> {
        let beginnings = ids.iter().map(|id| {
            let beginning = RegexQuery::from_pattern(&format!("{id}.*"), self.fields.id)?;
            Ok::<Box<dyn Query>, TantivyError>(Box::new(beginning))
        });
        let beginnings = beginnings.collect::<Result<_, _>>()?;
        self.push(BooleanQuery::union(beginnings));
        Ok(self)
    }

    /// Everything of a kind that holds to the clauses.
    pub(crate) fn all_of(mut self, kind: Kind) -> BooleanQuery {
        self.one_of(self.fields.entry, [kind.as_str()]);
        BooleanQuery::intersection(self.clauses)
    }

    /// What `query` finds and holds to the clauses, scored by `query` alone.
    pub(crate) fn narrow(self, query: BooleanQuery) -> Box<dyn Query> {
        if self.is_empty() {
            return Box::new(query);
        }
        let silent =
            |clause| -> Clause { (Occur::Must, Box::new(ConstScoreQuery::new(clause, 0.0))) };
        let mut clauses: Vec<Clause> = self.clauses.into_iter().map(silent).collect();
        clauses.push((Occur::Must, Box::new(query)));
        Box::new(BooleanQuery::new(clauses))
    }

    fn one_of<T: AsRef<str>>(&mut self, field: Field, values: impl IntoIterator<Item = T>) {
        let terms: Vec<Term> = values
            .into_iter()
            .map(|value| Term::from_field_text(field, &filter_value(value.as_ref())))
            .collect();
        match terms.as_slice() {
            [] => {}
            [term] => self.push(TermQuery::new(term.clone(), IndexRecordOption::Basic)),
            _ => self.push(TermSetQuery::new(terms)),
        }
    }

    fn part_of(
        &mut self,
        name: &'static str,
        field: Field,
        parts: &[String],
    ) -> Result<(), SearchError> {
        let mut alternatives: Vec<Box<dyn Query>> = Vec::new();
        for text in parts {
            alternatives.push(Box::new(regex(field, &part(name, text)?, name)?));
        }
        if !alternatives.is_empty() {
            self.push(BooleanQuery::union(alternatives));
        }
        Ok(())
    }

    fn matching(
        &mut self,
        field: Field,
        pattern: &str,
        name: &'static str,
    ) -> Result<(), SearchError> {
        self.push(regex(field, pattern, name)?);
        Ok(())
    }

    /// Widens the last clause to what the files with `part` in their path were called before.
    fn or_before(&mut self, snapshot: &Snapshot, part: &str) -> Result<(), SearchError> {
        let earlier = earlier_paths(&snapshot.searcher, self.fields, &filter_value(part))?;
        let terms = earlier
            .iter()
            .map(|path| Term::from_field_text(self.fields.path, path));
        if let Some(clause) = self.clauses.pop_if(|_| !earlier.is_empty()) {
            let before: Box<dyn Query> = Box::new(TermSetQuery::new(terms));
            self.push(BooleanQuery::union(vec![clause, before]));
        }
        Ok(())
    }

    fn dates(&mut self, from: Option<&str>, to: Option<&str>) -> Result<(), SearchError> {
        let (from, to) = period(from, to)?;
        if from.is_none() && to.is_none() {
            return Ok(());
        }
        let bound = |seconds: Option<i64>| match seconds {
            Some(seconds) => Bound::Included(Term::from_field_i64(self.fields.time, seconds)),
            None => Bound::Unbounded,
        };
        let range = RangeQuery::new(bound(from), bound(to));
        self.push(range);
        Ok(())
    }

    /// Nothing after that day, in UTC; everything where it is no day.
    pub(crate) fn up_to(&mut self, day: &str) {
        if let Some(last) = last_second_of_day(day) {
            let last = Term::from_field_i64(self.fields.time, last);
            self.push(RangeQuery::new(Bound::Unbounded, Bound::Included(last)));
        }
    }

    fn push(&mut self, query: impl Query) {
        self.clauses.push(Box::new(query));
    }
}

fn regex(field: Field, pattern: &str, name: &'static str) -> Result<RegexQuery, SearchError> {
    let why = "it is too complex, or a range within `[` and `]` runs backwards";
    RegexQuery::from_pattern(pattern, field).map_err(|_| super::pattern::bad(name, why))
}
