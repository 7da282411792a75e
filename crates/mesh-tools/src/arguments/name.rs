//! Which argument a sent name means: the tool's own in any spelling, or one that callers commonly use for it.

use serde_json::{Map, Value};

/// The tool's name, and names sent for it, letters and digits only. Of two rows with one name the first that the tool has
/// counts: `from` is a sender to a tool that knows senders, and a day to one that does not.
const ALIASES: &[(&str, &[&str])] = &[
    (
        "query",
        &[
            "question",
            "q",
            "text",
            "search",
            "searchquery",
            "searchtext",
            "searchterm",
            "prompt",
            "input",
            "keywords",
        ],
    ),
    (
        "currentTask",
        &[
            "task",
            "query",
            "question",
            "q",
            "text",
            "description",
            "prompt",
        ],
    ),
    ("codeContext", &["code", "snippet"]),
    (
        "maxResults",
        &[
            "limit",
            "max",
            "count",
            "topk",
            "k",
            "n",
            "num",
            "numresults",
            "resultlimit",
            "maxitems",
            "size",
            "pagesize",
        ],
    ),
    (
        "threshold",
        &[
            "minscore",
            "scorethreshold",
            "similarity",
            "minsimilarity",
            "similaritythreshold",
        ],
    ),
    ("projectKey", &["project", "projectid", "projectname"]),
    ("repository", &["repo", "reponame", "repositoryname"]),
    ("status", &["state"]),
    ("issueType", &["type", "kind", "tickettype", "issuekind"]),
    ("assignee", &["assignedto", "owner", "assignedperson"]),
    ("fromEmail", &["from", "sender"]),
    ("toEmail", &["to", "recipient"]),
    (
        "dateFrom",
        &["from", "since", "after", "start", "startdate", "fromdate"],
    ),
    (
        "dateTo",
        &["to", "until", "before", "end", "enddate", "todate"],
    ),
    ("author", &["authorname", "authoremail", "committer"]),
    (
        "filePattern",
        &["path", "file", "filepath", "filename", "glob", "pattern"],
    ),
    ("fileExtension", &["extension", "ext", "filetype"]),
    ("language", &["lang", "programminglanguage"]),
    ("hasAttachments", &["attachments", "withattachments"]),
    (
        "id",
        &[
            "uri",
            "url",
            "path",
            "ref",
            "reference",
            "citation",
            "key",
            "hash",
            "documentid",
            "ticketkey",
        ],
    ),
    (
        "from",
        &[
            "line",
            "linestart",
            "startline",
            "anchor",
            "heading",
            "section",
        ],
    ),
    (
        "maxChars",
        &[
            "maxcharacters",
            "max",
            "limit",
            "maxlength",
            "chars",
            "length",
        ],
    ),
    ("includeMetrics", &["metrics"]),
    ("includeDiagnostics", &["diagnostics"]),
    ("includeExamples", &["examples"]),
];

pub(super) fn meant<'p>(sent: &str, properties: &'p Map<String, Value>) -> Option<&'p str> {
    let own = |matches: &dyn Fn(&str) -> bool| {
        let mut names = properties.keys().map(String::as_str);
        names.find(|name| matches(name))
    };
    let sent_folded = folded(sent);
    let singular = singular(&sent_folded);
    own(&|name| name == sent)
        .or_else(|| own(&|name| folded(name) == sent_folded))
        .or_else(|| own(&|name| folded(name) == singular))
        .or_else(|| {
            let mut rows = ALIASES.iter().filter(|(_, aliases)| {
                aliases.contains(&sent_folded.as_str()) || aliases.contains(&singular)
            });
            rows.find_map(|(target, _)| own(&|name| name == *target))
        })
}

fn folded(name: &str) -> String {
    let letters = name.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// `statuses`, `priorities`, `repos`: a list is often sent under the plural.
fn singular(name: &str) -> &str {
    match name {
        "statuses" => "status",
        "priorities" => "priority",
        "repositories" => "repository",
        _ => name.strip_suffix('s').unwrap_or(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(sent: &str, known: &[&str], expected: Option<&str>) {
        let properties = known
            .iter()
            .map(|name| ((*name).to_owned(), json!({})))
            .collect();
        assert_eq!(meant(sent, &properties), expected, "{sent}");
    }

    #[test]
    fn every_spelling_of_a_name_is_the_name() {
        for sent in [
            "projectKey",
            "project_key",
            "project-key",
            "ProjectKey",
            "PROJECT_KEY",
            "projectkeys",
            "project",
        ] {
            check(sent, &["query", "projectKey"], Some("projectKey"));
        }
    }

    #[test]
    fn a_common_name_means_what_the_tool_has() {
        for sent in ["question", "q", "text", "Search_Query"] {
            check(sent, &["query", "maxResults"], Some("query"));
        }
        check("limit", &["query", "maxResults"], Some("maxResults"));
        check("repos", &["query", "repository"], Some("repository"));
        check("statuses", &["query", "status"], Some("status"));
        check("from", &["dateFrom", "fromEmail"], Some("fromEmail"));
        check("from", &["dateFrom"], Some("dateFrom"));
        check("type", &["query", "issueType"], Some("issueType"));
        check("Kind", &["query", "issueType"], Some("issueType"));
        for sent in ["assignedTo", "assigned_to", "owner", "owners"] {
            check(sent, &["query", "assignee"], Some("assignee"));
        }
        check("q", &["currentTask"], Some("currentTask"));
        for (sent, meant) in [("uri", "id"), ("line_start", "from"), ("limit", "maxChars")] {
            check(sent, &["id", "from", "maxChars"], Some(meant));
        }
    }

    #[test]
    fn what_the_tool_has_not_is_nothing() {
        check("limit", &["query"], None);
        check("colour", &["query", "maxResults"], None);
    }
}
