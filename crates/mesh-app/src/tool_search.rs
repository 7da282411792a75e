//! A catalogue too large to be listed: two tools of our own find and call those that are not.
//!
//! Nothing is kept between calls: what is listed depends on the settings and on what the caller may use alone.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use mesh_core::truncate;
use mesh_gateway::RemoteTool;
use mesh_gateway::raw::Members;
use mesh_index::shortlist::{Named, Shortlist};
use mesh_tools::ToolError;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// The names of the two.
pub(crate) const SEARCH: &str = "search_tools";
pub(crate) const CALL: &str = "call_tool";

/// Which tools of the servers behind this one are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToolListing {
    All,
    /// The pinned ones; the others are searched for.
    Search,
    /// All, as long as they are few.
    #[default]
    Auto,
}

impl ToolListing {
    pub const ALL: [(&'static str, Self); 3] = [
        ("all", Self::All),
        ("search", Self::Search),
        ("auto", Self::Auto),
    ];

    /// Whether so many definitions, of so many bytes together, are searched rather than listed.
    const fn is_search(self, tools: usize, bytes: usize) -> bool {
        const MAX_TOOLS: usize = 60;
        const MAX_BYTES: usize = 40 * 1024;
        match self {
            Self::All => false,
            Self::Search => true,
            Self::Auto => tools > MAX_TOOLS || bytes > MAX_BYTES,
        }
    }
}

/// What one caller may use, to be searched.
#[derive(Debug)]
pub(crate) struct ToolSearch {
    /// The definitions of all tools that the caller may use, as JSON of `tools/list`.
    definitions: Vec<String>,
    /// The definitions of `search_tools` and `call_tool`.
    own: [String; 2],
    index: OnceLock<Result<Shortlist, String>>,
}

/// What is listed of own tools and of theirs, and the search for the others where not all are. `is_unheard`: of no server behind
/// this one a tool is known yet, and who lists once is to find them all the same.
pub(crate) fn listed(
    listing: ToolListing,
    own: Vec<String>,
    remote: &[Arc<RemoteTool>],
    is_unheard: bool,
) -> (Vec<String>, Option<Arc<ToolSearch>>) {
    let theirs = |tools: &mut dyn Iterator<Item = &Arc<RemoteTool>>| -> Vec<String> {
        tools.map(|tool| tool.definition.get().to_owned()).collect()
    };
    let all = [own.clone(), theirs(&mut remote.iter())].concat();
    let pinned = theirs(&mut remote.iter().filter(|tool| tool.is_pinned));
    let bytes = all.iter().map(String::len).sum();
    let are_all_listed = pinned.len() == remote.len() && !is_unheard;
    if are_all_listed || !listing.is_search(all.len(), bytes) {
        return (all, None);
    }
    let two = definitions(remote, remote.len() - pinned.len());
    let listed = [own, pinned, two.to_vec()].concat();
    let search = ToolSearch {
        definitions: all,
        own: two,
        index: OnceLock::new(),
    };
    (listed, Some(Arc::new(search)))
}

/// Of the two tools.
fn definitions(remote: &[Arc<RemoteTool>], unlisted: usize) -> [String; 2] {
    let servers: BTreeSet<&str> = remote.iter().map(|tool| &*tool.upstream).collect();
    let servers: Vec<&str> = servers.into_iter().collect();
    let unlisted = match servers.is_empty() {
        true => "The tools of the servers behind this one are not listed".to_owned(),
        false => format!(
            "{unlisted} tools of these servers are not listed: {}",
            servers.join(", ")
        ),
    };
    let search = json!({
        "name": SEARCH,
        "title": "Search tools",
        "description": format!(
            "Finds tools by what you want to do. {unlisted}. Answers the definitions of those that suit best; call one of them \
             with `{CALL}`."
        ),
        "inputSchema": {
            "type": "object",
            "properties": {
                "query": {"type": "string", "description": "What you want to do, in a few words."},
                "limit": {
                    "type": "integer", "minimum": 1, "maximum": MAX_FOUND, "default": USUAL,
                    "description": "How many tools to answer at most.",
                },
            },
            "required": ["query"],
        },
        "annotations": {"readOnlyHint": true, "idempotentHint": true, "openWorldHint": false},
    });
    let call = json!({
        "name": CALL,
        "title": "Call a tool",
        "description": format!("Calls a tool by its name, as `{SEARCH}` answers it, and answers what that tool answers."),
        "inputSchema": {
            "type": "object",
            "properties": {
                "name": {"type": "string", "description": "The tool's name."},
                "arguments": {"type": "object", "description": "Its arguments, by its own inputSchema."},
            },
            "required": ["name"],
        },
        "annotations": {"readOnlyHint": false, "destructiveHint": true, "openWorldHint": true},
    });
    [search.to_string(), call.to_string()]
}

const USUAL: usize = 8;
const MAX_FOUND: usize = 20;

impl ToolSearch {
    /// Definitions of the two tools.
    pub(crate) const fn own(&self) -> &[String; 2] {
        &self.own
    }

    /// The definition of one of the two.
    pub(crate) fn definition(&self, name: &str) -> Option<&str> {
        let [search, call] = &self.own;
        match name {
            SEARCH => Some(search),
            CALL => Some(call),
            _ => None,
        }
    }

    /// The result of a call of [`SEARCH`].
    pub(crate) fn answer(&self, arguments: Value) -> Result<Box<RawValue>, ToolError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Wanted {
            query: String,
            #[serde(default = "usual")]
            limit: usize,
        }
        const fn usual() -> usize {
            USUAL
        }
        let wanted: Wanted = read(SEARCH, arguments)?;
        if wanted.query.trim().is_empty() {
            return Err(invalid("`query` is empty: say what you want to do"));
        }
        if !(1..=MAX_FOUND).contains(&wanted.limit) {
            let told = format!("`limit` must be between 1 and {MAX_FOUND}");
            return Err(invalid(&told));
        }
        let index = self.index.get_or_init(|| {
            let named = self.definitions.iter().map(|definition| named(definition));
            Shortlist::of(named).map_err(|error| error.to_string())
        });
        let index = index.as_ref().map_err(ToolError::internal)?;
        let found = index.search(&wanted.query, wanted.limit);
        let found = found.map_err(|error| ToolError::internal(error.to_string()))?;
        let found: Vec<&str> = found
            .iter()
            .map(|place| self.definitions[*place].as_str())
            .collect();
        Ok(result(&found))
    }
}

fn result(found: &[&str]) -> Box<RawValue> {
    let structured = format!(r#"{{"tools":[{}]}}"#, found.join(","));
    let text = match found.is_empty() {
        true => "No tool is described by these words; try others, or fewer.",
        false => &structured,
    };
    let text = Value::from(text);
    let result = format!(
        r#"{{"content":[{{"type":"text","text":{text}}}],"structuredContent":{structured}}}"#
    );
    RawValue::from_string(result).expect("definitions of JSON make a list of JSON")
}

/// What [`CALL`] is to call, and with which arguments.
pub(crate) fn wrapped(arguments: Value) -> Result<(String, Value), ToolError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Wrapped {
        name: String,
        #[serde(default)]
        arguments: Map<String, Value>,
    }
    let Wrapped { name, arguments } = read(CALL, arguments)?;
    Ok((name, Value::Object(arguments)))
}

/// There is no tool of the name that [`CALL`] is to call, for this caller.
pub(crate) fn no_such_tool(name: &str) -> ToolError {
    ToolError::NotFound(format!(
        "there is no tool `{}`: `{SEARCH}` answers the names of those there are",
        truncate(name)
    ))
}

fn read<T: for<'de> Deserialize<'de>>(tool: &str, arguments: Value) -> Result<T, ToolError> {
    let arguments = match arguments {
        Value::Null => Value::Object(Map::new()),
        arguments => arguments,
    };
    serde_path_to_error::deserialize(arguments)
        .map_err(|error| invalid(&format!("the arguments of `{tool}`: {error}")))
}

fn invalid(told: &str) -> ToolError {
    ToolError::InvalidArguments(told.to_owned())
}

/// The words by which a tool is found.
fn named(definition: &str) -> Named {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Schema {
        properties: Map<String, Value>,
    }
    let members = serde_json::from_str::<Members<'_>>(definition);
    let Ok(members) = members else {
        return Named::default();
    };
    let text = |name| members.text(name).unwrap_or_default();
    let schema = members
        .get("inputSchema")
        .map(serde_json::from_str::<Schema>);
    let properties = schema.and_then(Result::ok).unwrap_or_default().properties;
    let arguments = properties.iter().map(|(name, schema)| {
        let told = schema["description"].as_str().unwrap_or_default();
        format!("{name} {told}")
    });
    Named {
        name: text("name"),
        title: text("title"),
        description: text("description"),
        arguments: arguments.collect::<Vec<_>>().join("\n"),
    }
}
