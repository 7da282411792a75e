use mesh_clients::supabase::{EmailFilters, EmailRow};
use mesh_index::search::check_period;
use mesh_index::{
    Corpus, DEFAULT_THRESHOLD_MAIL, Facet, Found, Hit, Kind, Linked, Mail, MailFilter, Query,
    SearchError,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::arguments::Text;
use crate::context::Context;
use crate::database::DatabaseQuery;
use crate::error::ToolError;
use crate::family::Family;
use crate::field::{Choices, Limit, Score, SearchMethod, SearchText};
use crate::filter_values::FilterValues;
use crate::filtered::{self, Filtered, Matches, SourceQuery};
use crate::needs::Needs;
use crate::reading::Address;
use crate::retrieval::NEEDS_DATABASE;
use crate::tool::Tool;
use crate::words::excerpt;

/// # Search mail
/// Finds messages in the mail that was indexed or copied to the database (exports from Outlook and others), best match first.
/// It does not reach a live mailbox.
///
/// Use it for what was agreed, announced or asked by mail. An empty `query` with a filter lists the newest. Nothing found
/// is an empty `results`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct SearchOutlookEmails {
    /// Words or a question.
    query: SearchText<500>,
    /// Only from this day or moment on: `2026-01-31` or RFC 3339.
    date_from: Option<Text<40>>,
    /// Only up to this day (included) or moment: `2026-01-31` or RFC 3339.
    date_to: Option<Text<40>>,
    /// Only from these senders: a part of the name or the address.
    #[serde(default)]
    from_email: Choices,
    /// Only to these recipients, copies included: a part of the name or the address.
    #[serde(default)]
    to_email: Choices,
    /// Only with this in the subject.
    subject: Option<Text<200>>,
    /// Only with (true) or without (false) attachments.
    has_attachments: Option<bool>,
    /// Only these: `high`, `normal`, `low`.
    #[serde(default)]
    priority: Choices,
    /// The most messages to return.
    #[serde(default)]
    max_results: Limit<15, 50>,
    /// The similarity a message must reach.
    #[serde(default = "threshold")]
    threshold: Score,
}

fn threshold() -> Score {
    Score::new(DEFAULT_THRESHOLD_MAIL)
}

/// The filters that were applied.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MailFilters {
    #[serde(skip_serializing_if = "Option::is_none")]
    date_from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_to: Option<String>,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    from_email: Choices,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    to_email: Choices,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    has_attachments: Option<bool>,
    #[serde(skip_serializing_if = "Choices::is_empty")]
    priority: Choices,
}

impl Filtered for MailFilters {
    const KIND: Kind = Kind::Mail;
    type Item = Mail;
    type Row = FoundMail;

    fn resolve(&mut self, values: &mut FilterValues<'_>) -> Result<(), SearchError> {
        check_period(self.date_from.as_deref(), self.date_to.as_deref())?;
        values.choices("fromEmail", Facet::MailSender, &mut self.from_email)?;
        values.choices("toEmail", Facet::MailRecipient, &mut self.to_email)?;
        values.one("subject", Facet::MailSubject, self.subject.as_ref())?;
        values.choices("priority", Facet::MailPriority, &mut self.priority)
    }

    fn search(&self, corpus: &Corpus, query: &Query<'_>) -> Result<Found<Mail>, SearchError> {
        let filter = MailFilter {
            date_from: self.date_from.clone(),
            date_to: self.date_to.clone(),
            from: self.from_email.to_vec(),
            to: self.to_email.to_vec(),
            subject: self.subject.clone(),
            has_attachments: self.has_attachments,
            priority: self.priority.to_vec(),
        };
        corpus.search_mail(query, &filter)
    }

    fn row(corpus: &Corpus, _: Option<&str>, hit: Hit<Mail>) -> Result<FoundMail, SearchError> {
        let mail = hit.item;
        Ok(FoundMail {
            url: corpus.link(Linked::Mail(&mail)),
            path: format!("{}:{}", mail.path, mail.line),
            similarity: Score::new(hit.score),
            preview: excerpt(&hit.quote, &mail.subject),
            uri: Address::new(Kind::Mail, mail.id.as_str()).uri(),
            id: mail.id,
            subject: mail.subject,
            from: mail.from,
            to: first(mail.to),
            cc: first(mail.cc),
            date: mail.date,
            priority: mail.priority,
            attachments: first(mail.attachments),
        })
    }

    async fn in_database(
        &self,
        cx: &Context<'_>,
        wanted: &SourceQuery,
    ) -> Result<(Vec<FoundMail>, SearchMethod), ToolError> {
        if !self.priority.is_empty() {
            let why =
                "the database keeps no `priority` of mail; leave that filter out to search it";
            return Err(ToolError::Unavailable(why.to_owned()));
        }
        let question = DatabaseQuery::of(cx, wanted, DEFAULT_THRESHOLD_MAIL).await?;
        let deadline = question.deadline;
        let search = &question.within(EmailFilters {
            from: self.from_email.to_vec(),
            to: self.to_email.to_vec(),
            subject: self.subject.clone(),
            date_from: self.date_from.clone(),
            date_to: self.date_to.clone(),
            has_attachments: self.has_attachments,
        });
        let rows = cx.rows(
            wanted,
            DEFAULT_THRESHOLD_MAIL,
            |database, key| async move {
                database
                    .search_emails_semantic(&key, search, deadline)
                    .await
            },
            in_database,
            |row| row.similarity,
        );
        Ok((rows.await?, question.method()))
    }

    fn similarity(row: &FoundMail) -> Score {
        row.similarity
    }

    fn is_same(row: &FoundMail, other: &FoundMail) -> bool {
        row.id == other.id
    }
}

fn in_database(row: EmailRow, score: f32) -> FoundMail {
    let (name, address) = (
        row.from_name.unwrap_or_default(),
        row.from_email.unwrap_or_default(),
    );
    FoundMail {
        id: row.message_id,
        subject: row.subject.unwrap_or_default(),
        from: match (name.is_empty(), address.is_empty()) {
            (true, _) => address,
            (false, true) => name,
            (false, false) => format!("{name} <{address}>"),
        },
        to: first(row.to_emails),
        cc: Vec::new(),
        date: row.sent_at.unwrap_or_default(),
        priority: String::new(),
        attachments: match row.has_attachments {
            true => vec!["(the database keeps no names of attachments)".to_owned()],
            false => Vec::new(),
        },
        preview: row.body_preview.unwrap_or_default(),
        path: String::new(),
        similarity: Score::new(score),
        uri: String::new(),
        url: None,
    }
}

#[derive(Debug, Serialize, JsonSchema)]
pub struct FoundMail {
    /// The Message-ID, where the message has one.
    id: String,
    subject: String,
    from: String,
    to: Vec<String>,
    cc: Vec<String>,
    /// RFC 3339; empty where the message has none.
    date: String,
    priority: String,
    /// The attachments' names; those that are text are searched with the message.
    attachments: Vec<String>,
    /// The part of the message that matches best.
    preview: String,
    /// The file and line the message was read from; absent where only the database has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    path: String,
    similarity: Score,
    /// The whole message, as a resource of this server; absent where only the database has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    uri: String,
    /// Where people open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

impl Tool for SearchOutlookEmails {
    const NAME: &'static str = "search_outlook_emails";
    const FAMILY: Family = Family::Mail;
    const NEEDS: Needs = Needs::Any(&[Needs::Corpus(Kind::Mail), NEEDS_DATABASE]);
    type Output = Matches<MailFilters, FoundMail>;

    async fn call(self, cx: Context<'_>) -> Result<Self::Output, ToolError> {
        let filters = MailFilters {
            date_from: self.date_from.map(Text::into_string),
            date_to: self.date_to.map(Text::into_string),
            from_email: self.from_email,
            to_email: self.to_email,
            subject: self.subject.map(Text::into_string),
            has_attachments: self.has_attachments,
            priority: self.priority,
        };
        let (text, limit) = (self.query.into_string(), self.max_results.as_usize());
        filtered::search(&cx, text, limit, self.threshold, filters).await
    }
}

/// A message to a whole company names each of its people.
const MAX_NAMES: usize = 10;

/// The first names of a list, and how many it goes on with.
fn first(mut names: Vec<String>) -> Vec<String> {
    if names.len() > MAX_NAMES {
        let more = names.len() - MAX_NAMES;
        names.truncate(MAX_NAMES);
        names.push(format!("… ({more} more)"));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_beyond_the_first_ones_are_counted() {
        let names = |count: usize| (0..count).map(|n| n.to_string()).collect::<Vec<_>>();
        assert_eq!(first(names(10)), names(10));
        let cut = first(names(500));
        assert_eq!((cut.len(), &*cut[10]), (11, "… (490 more)"));
    }
}
