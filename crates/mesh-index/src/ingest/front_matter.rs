//! Front matter: what a Markdown document says of itself before its text, in YAML or TOML.

use serde_json::{Map, Value};

/// Fields whose text speaks for itself, in the order in which it is shown.
const TEXTS: [&str; 9] = [
    "subtitle",
    "description",
    "summary",
    "abstract",
    "excerpt",
    "keywords",
    "tags",
    "categories",
    "aliases",
];

/// Fields that are for the program that makes the page.
const FOR_PROGRAMS: [&str; 36] = [
    "class",
    "comments",
    "cover",
    "css",
    "cssclass",
    "cssclasses",
    "has_children",
    "has_toc",
    "head",
    "icon",
    "id",
    "image",
    "images",
    "js",
    "katex",
    "lang",
    "layout",
    "locale",
    "math",
    "mathjax",
    "menu",
    "nav_exclude",
    "nav_order",
    "outline",
    "permalink",
    "redirect_from",
    "redirect_to",
    "robots",
    "sidebar",
    "sidebar_position",
    "slug",
    "template",
    "thumbnail",
    "toc",
    "url",
    "weight",
];

/// Hugo keeps what it does not know itself in `params`, Zola in `extra` and `taxonomies`.
const NESTED: [&str; 3] = ["params", "extra", "taxonomies"];

/// The two notations; each is known by the lines around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    /// Between lines of `---`.
    Yaml,
    /// Between lines of `+++`.
    Toml,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FrontMatter {
    /// Empty where none is given.
    pub(crate) title: String,
    /// A line for each field that tells something; those that do not speak for themselves with their names.
    pub(crate) searched: Vec<String>,
}

/// It is not what its notation allows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed<'a> {
    /// The 1-based line, counted within the front matter.
    pub(crate) line: usize,
    /// What the line of the title says all the same: `title: Herons: a study` is the commonest fault.
    pub(crate) title: &'a str,
}

/// Reads the text between the lines that mark it.
pub(crate) fn parse(notation: Notation, text: &str) -> Result<FrontMatter, Malformed<'_>> {
    let parsed = match notation {
        Notation::Yaml => yaml(text),
        Notation::Toml => toml(text),
    };
    let malformed = |line| Malformed {
        line,
        title: title_line(text),
    };
    match parsed.map_err(malformed)? {
        Value::Object(fields) => Ok(read(&fields)),
        Value::Null => Ok(FrontMatter::default()),
        _ => Err(malformed(1)),
    }
}

/// Its value, or the line where it is at fault.
fn yaml(text: &str) -> Result<Value, usize> {
    serde_saphyr::from_str(text).map_err(|error| {
        let line = error.location().map(|location| location.line());
        line.and_then(|line| usize::try_from(line).ok())
            .unwrap_or(1)
    })
}

fn toml(text: &str) -> Result<Value, usize> {
    toml::from_str(text).map_err(|error| {
        let start = error.span().map_or(0, |span| span.start);
        text.bytes()
            .take(start)
            .filter(|byte| *byte == b'\n')
            .count()
            + 1
    })
}

fn title_line(text: &str) -> &str {
    let value = text.lines().find_map(|line| {
        let (key, value) = line.split_once([':', '='])?;
        key.trim_end()
            .eq_ignore_ascii_case("title")
            .then_some(value)
    });
    value.unwrap_or_default().trim().trim_matches(['"', '\''])
}

fn read(fields: &Map<String, Value>) -> FrontMatter {
    let nested = NESTED.map(|name| field(fields, name).and_then(Value::as_object));
    let places = || std::iter::once(fields).chain(nested.into_iter().flatten());
    let texts = |name: &str| places().find_map(|place| field(place, name)).map(plain);
    let texts_of_their_own = TEXTS.iter().filter_map(|name| texts(name));
    let others = places()
        .flatten()
        .filter_map(|(name, value)| other(name, value));
    FrontMatter {
        title: texts("title").unwrap_or_default(),
        searched: texts_of_their_own
            .filter(|text| !text.is_empty())
            .chain(others)
            .collect(),
    }
}

/// A field with its name: who wrote a document, when, whether it is still valid.
fn other(name: &str, value: &Value) -> Option<String> {
    let is_one_of = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let is_known = is_one_of(&["title"])
        || is_one_of(&TEXTS)
        || is_one_of(&FOR_PROGRAMS)
        || (is_one_of(&NESTED) && value.is_object());
    let text = match value {
        Value::Bool(is_so) => is_so.to_string(),
        value => plain(value),
    };
    (!is_known && !text.is_empty()).then(|| format!("{name}: {text}"))
}

/// People write `Title` and `TITLE` too.
fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Array(items) => joined(items.iter()),
        Value::Object(fields) => joined(fields.values()),
        Value::Bool(_) | Value::Null => String::new(),
    }
}

/// Front matter is parsed to a bounded depth, so this recursion has an end.
fn joined<'a>(values: impl Iterator<Item = &'a Value>) -> String {
    let texts = values.map(plain).filter(|text| !text.is_empty());
    texts.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn title(yaml: &str) -> String {
        parse(Notation::Yaml, yaml).expect("valid YAML").title
    }

    #[test]
    fn a_title_is_read_in_every_style_of_yaml() {
        for yaml in [
            "title: Heron watch",
            "title: Heron watch # draft",
            "TITLE: 'Heron watch'",
            "title: \"Heron\\u0020watch\"",
            "layout: x\ntitle: >-\n  Heron\n  watch\n",
            "title: |\n  Heron watch\n",
            "? title\n: Heron watch",
            "base: &name Heron watch\ntitle: *name",
        ] {
            assert_eq!(title(yaml), "Heron watch", "{yaml}");
        }
        assert_eq!(title("title: 'The warden''s log'"), "The warden's log");
        assert_eq!(title("title: 1984"), "1984");
        assert_eq!(title("layout: post"), "");
        assert_eq!(title("# nothing but a comment"), "");
    }

    #[test]
    fn toml_and_what_is_nested_are_read() {
        let toml = "title = \"Weir repair\"\ndate = 2024-05-01\ntags = [\"river\", \"stone\"]\n[params]\ndescription = \"Lift the sluice\"\n";
        assert_eq!(
            parse(Notation::Toml, toml),
            Ok(FrontMatter {
                title: "Weir repair".to_owned(),
                searched: ["Lift the sluice", "river, stone", "date: 2024-05-01"]
                    .map(str::to_owned)
                    .to_vec(),
            })
        );
    }

    #[test]
    fn what_a_document_says_of_itself_is_searched_by_name() {
        let yaml = "Title: Weirs\nlayout: page\nWeight: 3\nowner: platform-team\nstatus: superseded\nlast_reviewed: 2024-05-01\n\
            deprecated: true\nauthors:\n  - name: Ada\n    role: editor\n  - Bob\nreplaces: [ADR-1, ADR-2]\nempty:\nsummary: Lift it\nextra:\n  audience: on call\n";
        let read = parse(Notation::Yaml, yaml).expect("valid YAML");
        let mut searched = read.searched;
        assert_eq!(searched.remove(0), "Lift it");
        searched.sort_unstable();
        assert_eq!(
            searched,
            [
                "audience: on call",
                "authors: Ada, editor, Bob",
                "deprecated: true",
                "last_reviewed: 2024-05-01",
                "owner: platform-team",
                "replaces: ADR-1, ADR-2",
                "status: superseded",
            ]
        );
    }

    #[test]
    fn what_is_malformed_is_told_with_its_line_and_its_title() {
        let check =
            |notation, text| parse(notation, text).map_err(|fault| (fault.line, fault.title));
        assert_eq!(
            check(
                Notation::Yaml,
                "layout: x\ntitle: \"Weirs: a tour\" of: c\n"
            ),
            Err((2, "Weirs: a tour\" of: c"))
        );
        assert_eq!(check(Notation::Yaml, "just words"), Err((1, "")));
        assert_eq!(
            check(Notation::Toml, "weight = 1\nTitle = Weir repair"),
            Err((2, "Weir repair"))
        );
    }

    #[test]
    fn what_refers_to_itself_again_and_again_is_malformed() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for at in 1..12 {
            let before = format!("*a{}, ", at - 1).repeat(9);
            bomb += &format!("a{at}: &a{at} [{before}]\n");
        }
        assert!(parse(Notation::Yaml, &bomb).is_err());
    }
}
