//! The values there are to narrow a search by.

use std::collections::HashMap;

use tantivy::collector::{Count, TopDocs};
use tantivy::schema::Field;
use tantivy::{Order, TantivyError};

use super::{Clauses, CodeFilter, CommitFilter, MailFilter, SearchError, TicketFilter};
use crate::corpus::{Corpus, Snapshot};
use crate::record::{Kind, Record};
use crate::store::{Fields, filter_value};

/// What a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Facet {
    TicketProject,
    TicketStatus,
    TicketPriority,
    TicketType,
    TicketAssignee,
    CommitRepository,
    CommitAuthor,
    /// A changed file.
    CommitPath,
    CodeRepository,
    CodeLanguage,
    CodeExtension,
    MailSender,
    MailRecipient,
    MailSubject,
    MailPriority,
}

/// The values of a facet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacetValues {
    /// As written, the commonest first.
    pub known: Vec<String>,
    /// Whether there are others.
    pub has_more: bool,
}

/// Terms looked at for one list: some are of another kind of record, or of records that are gone.
const MAX_TERMS: usize = 200;

/// Records looked at for the values of a facet that has nearly as many as there are records.
const MAX_RECORDS: usize = 100;

impl Corpus {
    /// Whether a filter by this value alone lets anything through.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn has_value(&self, facet: Facet, value: &str) -> Result<bool, SearchError> {
        let snapshot = self.snapshot();
        let query = facet.filter(&snapshot, value)?.all_of(facet.kind());
        Ok(snapshot.searcher.search(&query, &Count)? > 0)
    }

    /// At most `most` of the values there are: of paths and subjects those seen last, of others the commonest.
    ///
    /// # Errors
    /// Where the corpus is damaged.
    pub fn values(&self, facet: Facet, most: usize) -> Result<FacetValues, SearchError> {
        let snapshot = self.snapshot();
        if facet.is_open() {
            return Ok(last_seen(&snapshot, facet, most)?);
        }
        let field = facet.field(&snapshot.fields);
        let mut values = FacetValues::default();
        for term in commonest_terms(&snapshot, field)?.iter().take(MAX_TERMS) {
            let Some(value) = written(&snapshot, facet, field, term)? else {
                continue;
            };
            if values.known.len() == most {
                values.has_more = true;
                break;
            }
            values.known.push(value);
        }
        Ok(values)
    }
}

fn commonest_terms(snapshot: &Snapshot, field: Field) -> Result<Vec<String>, TantivyError> {
    let mut counts: HashMap<String, u32> = HashMap::new();
    for segment in snapshot.searcher.segment_readers() {
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().stream()?;
        while terms.advance() {
            if let Ok(term) = str::from_utf8(terms.key()) {
                *counts.entry(term.to_owned()).or_default() += terms.value().doc_freq;
            }
        }
    }
    let mut terms: Vec<_> = counts.into_iter().collect();
    terms.sort_by(|(a, many), (b, few)| few.cmp(many).then_with(|| a.cmp(b)));
    Ok(terms.into_iter().map(|(term, _)| term).collect())
}

/// The values of the newest records.
fn last_seen(snapshot: &Snapshot, facet: Facet, most: usize) -> Result<FacetValues, TantivyError> {
    let query = Clauses::none(&snapshot.fields).all_of(facet.kind());
    let newest = TopDocs::with_limit(MAX_RECORDS).order_by_fast_field::<i64>("time", Order::Desc);
    let mut values = FacetValues::default();
    for (_, address) in snapshot.searcher.search(&query, &newest)? {
        let record = snapshot.record::<Record>(address)?;
        let seen = record.map(|record| facet.values_of(record));
        for value in seen.into_iter().flatten() {
            if value.is_empty() || values.known.contains(&value) {
                continue;
            }
            if values.known.len() == most {
                values.has_more = true;
                return Ok(values);
            }
            values.known.push(value);
        }
    }
    Ok(values)
}

/// The value behind a term, as the newest record that has it writes it; none where only records of other kinds have it.
fn written(
    snapshot: &Snapshot,
    facet: Facet,
    field: Field,
    term: &str,
) -> Result<Option<String>, TantivyError> {
    let query = Clauses::value(&snapshot.fields, field, term).all_of(facet.kind());
    let newest = TopDocs::with_limit(1).order_by_fast_field::<i64>("time", Order::Desc);
    let newest = snapshot.searcher.search(&query, &newest)?;
    let Some((_, address)) = newest.first() else {
        return Ok(None);
    };
    let record = snapshot.record::<Record>(*address)?;
    let values = record.map(|record| facet.values_of(record));
    let is_it = |value: &String| !value.is_empty() && filter_value(value) == term;
    Ok(values.into_iter().flatten().find(is_it))
}

impl Facet {
    const fn kind(self) -> Kind {
        match self {
            Self::TicketProject
            | Self::TicketStatus
            | Self::TicketPriority
            | Self::TicketType
            | Self::TicketAssignee => Kind::Ticket,
            Self::CommitRepository | Self::CommitAuthor | Self::CommitPath => Kind::Commit,
            Self::CodeRepository | Self::CodeLanguage | Self::CodeExtension => Kind::Code,
            Self::MailSender | Self::MailRecipient | Self::MailSubject | Self::MailPriority => {
                Kind::Mail
            }
        }
    }

    /// Whether hardly any two records have the same value.
    const fn is_open(self) -> bool {
        matches!(self, Self::CommitPath | Self::MailSubject)
    }

    const fn field(self, fields: &Fields) -> Field {
        match self {
            Self::TicketProject => fields.project,
            Self::TicketStatus => fields.status,
            Self::TicketPriority | Self::MailPriority => fields.priority,
            Self::CommitRepository | Self::CodeRepository => fields.repository,
            Self::TicketType => fields.issue_type,
            Self::TicketAssignee | Self::CommitAuthor | Self::MailSender => fields.person,
            Self::CodeLanguage => fields.language,
            Self::CodeExtension => fields.extension,
            Self::MailRecipient => fields.recipient,
            Self::CommitPath => fields.path,
            Self::MailSubject => fields.subject,
        }
    }

    fn filter<'a>(self, snapshot: &'a Snapshot, value: &str) -> Result<Clauses<'a>, SearchError> {
        let fields = &snapshot.fields;
        let mut tickets = TicketFilter::default();
        let mut commits = CommitFilter::default();
        let mut code = CodeFilter::default();
        let mut mail = MailFilter::default();
        let one = vec![value.to_owned()];
        match self {
            Self::TicketProject => tickets.project = one,
            Self::TicketStatus => tickets.status = one,
            Self::TicketPriority => tickets.priority = one,
            Self::TicketType => tickets.issue_type = one,
            Self::TicketAssignee => tickets.assignee = one,
            Self::CommitRepository => commits.repository = one,
            Self::CommitAuthor => commits.author = one,
            Self::CommitPath => commits.file_pattern = Some(value.to_owned()),
            Self::CodeRepository => code.repository = one,
            Self::CodeLanguage => code.language = one,
            Self::CodeExtension => code.extension = one,
            Self::MailSender => mail.from = one,
            Self::MailRecipient => mail.to = one,
            Self::MailSubject => mail.subject = Some(value.to_owned()),
            Self::MailPriority => mail.priority = one,
        }
        match self.kind() {
            Kind::Ticket => Clauses::tickets(fields, &tickets),
            Kind::Commit => Clauses::commits(snapshot, &commits),
            Kind::Code => Clauses::code(fields, &code),
            Kind::Mail => Clauses::mail(fields, &mail),
            Kind::Knowledge => Ok(Clauses::none(fields)),
        }
    }

    /// Of an author only the name: the address is the same person again.
    fn values_of(self, record: Record) -> Vec<String> {
        match (self, record) {
            (Self::TicketProject, Record::Ticket(ticket)) => vec![ticket.project],
            (Self::TicketStatus, Record::Ticket(ticket)) => vec![ticket.status],
            (Self::TicketPriority, Record::Ticket(ticket)) => vec![ticket.priority],
            (Self::TicketType, Record::Ticket(ticket)) => vec![ticket.issue_type],
            (Self::TicketAssignee, Record::Ticket(ticket)) => vec![ticket.assignee],
            (Self::CommitRepository, Record::Commit(commit)) => vec![commit.repository],
            (Self::CommitAuthor, Record::Commit(commit)) => vec![commit.author],
            (Self::CommitPath, Record::Commit(commit)) => commit.files_changed,
            (Self::CodeRepository, Record::Code(passage)) => vec![passage.repository],
            (Self::CodeLanguage, Record::Code(passage)) => vec![passage.language],
            (Self::CodeExtension, Record::Code(passage)) => vec![passage.extension],
            (Self::MailSender, Record::Mail(mail)) => vec![mail.from],
            (Self::MailRecipient, Record::Mail(mail)) => [mail.to, mail.cc].concat(),
            (Self::MailSubject, Record::Mail(mail)) => vec![mail.subject],
            (Self::MailPriority, Record::Mail(mail)) => vec![mail.priority],
            _ => Vec::new(),
        }
    }
}
