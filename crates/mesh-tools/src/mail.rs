//! Mail, as it lies in mailbox files.

mod search_outlook_emails;

pub use search_outlook_emails::SearchOutlookEmails;
