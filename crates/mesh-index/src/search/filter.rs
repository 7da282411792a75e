//! What a caller may narrow a search by. All fields are optional, none cares about case, all given ones must hold; of a
//! list, one value must.

/// Which tickets to consider; each value but the assignee is compared as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TicketFilter {
    pub project: Vec<String>,
    pub status: Vec<String>,
    pub priority: Vec<String>,
    pub issue_type: Vec<String>,
    /// A part of the name.
    pub assignee: Vec<String>,
}

/// Which commits to consider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitFilter {
    pub repository: Vec<String>,
    /// A part of the author's name or address.
    pub author: Vec<String>,
    /// RFC 3339, or a day (`YYYY-MM-DD`, UTC) from its first second on.
    pub date_from: Option<String>,
    /// RFC 3339, or a day to its last second.
    pub date_to: Option<String>,
    /// A glob over a changed file's path (`*` stays within a folder, `**` doesn't); without wildcards, a part of the path, and
    /// the file is found under its earlier paths too.
    pub file_pattern: Option<String>,
    /// A part of a changed file's path, as it is now or was.
    pub path: Option<String>,
}

/// Which source code to consider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CodeFilter {
    pub repository: Vec<String>,
    pub language: Vec<String>,
    /// With or without the dot.
    pub extension: Vec<String>,
    /// A glob over the path, or a part of it, as in [`CommitFilter::file_pattern`].
    pub path: Option<String>,
}

/// Which mail to consider.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MailFilter {
    /// As in [`CommitFilter::date_from`].
    pub date_from: Option<String>,
    /// As in [`CommitFilter::date_to`].
    pub date_to: Option<String>,
    /// A part of the sender's name or address.
    pub from: Vec<String>,
    /// A part of the name or address of someone it went to, copies included.
    pub to: Vec<String>,
    /// A part of the subject.
    pub subject: Option<String>,
    pub has_attachments: Option<bool>,
    pub priority: Vec<String>,
}
