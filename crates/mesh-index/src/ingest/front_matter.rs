//! Front matter: what a Markdown document says of itself before its text, in YAML or TOML.

use serde_json::{Map, Value};

/// Fields whose text speaks for itself, in the order in which it is shown. What a menu calls a document is often the name that
/// people know it by.
const TEXTS: [&str; 13] = [
    "subtitle",
    "linktitle",
    "nav_title",
    "sidebar_label",
    "sidebar_title",
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
const FOR_PROGRAMS: [&str; 38] = [
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
    "related",
    "robots",
    "sidebar",
    "sidebar_position",
    "slug",
    "source",
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

impl Notation {
    /// The line before it and the one behind it.
    fn mark(self) -> &'static str {
        match self {
            Self::Yaml => "---",
            Self::Toml => "+++",
        }
    }

    /// Whether a field begins with the line.
    fn is_field(self, line: &str) -> bool {
        let name = match self {
            Self::Yaml => line.split_once(':'),
            Self::Toml => line.split_once('='),
        };
        let is_of_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        name.is_some_and(|(name, _)| {
            let name = name.trim_end();
            !name.is_empty() && name.chars().all(is_of_name)
        })
    }
}

/// Front matter with blank lines between its mark and its first field: its notation, its text, and where it ends. The parser
/// of Markdown takes such a mark for a rule, which it is where anything but fields follows.
pub(crate) fn behind_blank_lines(text: &str) -> Option<(Notation, &str, usize)> {
    let notation = [Notation::Yaml, Notation::Toml]
        .into_iter()
        .find(|notation| text.starts_with(notation.mark()))?;
    let is_mark = |line: &str| line.trim_end() == notation.mark();
    let mut lines = text.split_inclusive('\n');
    let start = lines.next().filter(|line| is_mark(line))?.len();
    let mut end = start;
    let (mut blank_lines, mut fields) = (0, 0);
    for line in lines {
        if is_mark(line) {
            let is_one = blank_lines > 0 && fields > 0;
            return is_one.then(|| (notation, &text[start..end], end + line.len()));
        }
        match line.trim() {
            "" if fields == 0 => blank_lines += 1,
            _ if fields > 0 && line.starts_with([' ', '\t', '-']) => {}
            _ if notation.is_field(line) => fields += 1,
            _ => return None,
        }
        end += line.len();
    }
    None
}

/// It is not what its notation allows.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Malformed<'a> {
    /// The 1-based line, counted within the front matter.
    pub(crate) line: usize,
    /// What the line of the title says all the same: `title: Herons: a study` is the commonest fault.
    pub(crate) title: &'a str,
}

/// Reads the text between the lines that mark it, in a file of this name.
pub(crate) fn parse<'t>(
    notation: Notation,
    text: &'t str,
    file_name: &str,
) -> Result<FrontMatter, Malformed<'t>> {
    let parsed = match notation {
        Notation::Yaml => yaml(text),
        Notation::Toml => toml(text),
    };
    let malformed = |line| Malformed {
        line,
        title: title_line(text),
    };
    match parsed.map_err(malformed)? {
        Value::Object(fields) => {
            let stem = file_name.split('.').next().unwrap_or_default();
            Ok(read(&fields, stem))
        }
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

fn read(fields: &Map<String, Value>, stem: &str) -> FrontMatter {
    let nested = NESTED.iter().flat_map(|name| named(fields, name));
    let nested = nested.filter_map(Value::as_object);
    let all: Vec<_> = std::iter::once(fields).chain(nested).collect();
    let places = || all.iter().copied();
    let texts = |name: &'static str| {
        let values = places().flat_map(move |place| named(place, name));
        values.map(plain).filter(|text| !text.is_empty())
    };
    let others = places()
        .flatten()
        .filter_map(|(name, value)| other(name, value, stem));
    let title = texts("title").next().unwrap_or_default();
    let mut searched: Vec<String> = Vec::new();
    for text in TEXTS.iter().flat_map(|name| texts(name)) {
        if text != title && !searched.contains(&text) {
            searched.push(text);
        }
    }
    searched.extend(others);
    FrontMatter { title, searched }
}

/// A field with its name: who wrote a document, when, whether it is still valid.
fn other(name: &str, value: &Value, stem: &str) -> Option<String> {
    let is_one_of = |names: &[&str]| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let is_known = is_one_of(&["title"])
        || is_one_of(&TEXTS)
        || (is_one_of(&FOR_PROGRAMS) && !is_for_people(name, value, stem))
        || (is_one_of(&NESTED) && value.is_object());
    let text = match value {
        Value::Bool(is_so) => is_so.to_string(),
        value => plain(value),
    };
    (!is_known && !text.is_empty()).then(|| format!("{name}: {text}"))
}

/// `ADR-0042` is what people call a document by, where an id that is the file's name again is for the generator; an address
/// that begins anew leads somewhere else, where a path is the site's own. What is related is told by its names, or is links for
/// the end of the page.
fn is_for_people(name: &str, value: &Value, stem: &str) -> bool {
    let text = value.as_str().unwrap_or_default().trim();
    match &*name.to_ascii_lowercase() {
        "id" => {
            text.contains(char::is_alphabetic)
                && text.contains(char::is_numeric)
                && !text.eq_ignore_ascii_case(stem)
        }
        "related" => !value.is_object(),
        "source" => {
            text.contains("://") || text.contains(char::is_whitespace) || !text.contains('/')
        }
        "url" | "permalink" => text.starts_with("https://") || text.starts_with("http://"),
        _ => false,
    }
}

/// People write `Title` and `TITLE` too.
fn named<'a>(fields: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    fields
        .iter()
        .filter(move |(key, _)| key.eq_ignore_ascii_case(name))
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
        parse(Notation::Yaml, yaml, "a.md")
            .expect("valid YAML")
            .title
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
            parse(Notation::Toml, toml, "a.md"),
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
        let read = parse(Notation::Yaml, yaml, "a.md").expect("valid YAML");
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
    fn blank_lines_may_stand_before_the_first_field() {
        let found = |text| behind_blank_lines(text).map(|(_, text, end)| (text, end));
        assert_eq!(
            found("---\n\ntitle: T\ntags:\n- a\n  b\n---\nText"),
            Some(("\ntitle: T\ntags:\n- a\n  b\n", 32))
        );
        assert_eq!(found("+++\r\n\r\na = 1\n+++"), Some(("\r\na = 1\n", 16)));
        for text in [
            "---\ntitle: T\n---\n",
            "---\n\n---\n",
            "---\n\nOne.\n---\n",
            "---\n\nNote: x\n\n# Two\n\n---\n",
            "---\n\ntitle: T\n",
            "----\n\ntitle: T\n---\n",
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn an_id_and_an_address_that_people_use_are_searched() {
        let searched = |yaml: &str| {
            let read = parse(Notation::Yaml, yaml, "setup-2.md").expect("valid YAML");
            read.searched.join("; ")
        };
        assert_eq!(
            searched("id: ADR-0042\nurl: https://x.org/adr42"),
            "id: ADR-0042; url: https://x.org/adr42"
        );
        assert_eq!(searched("id: Setup-2\nurl: /setup"), "");
        assert_eq!(searched("id: 42\nslug: ADR-0042"), "");
    }

    #[test]
    fn what_a_site_is_built_from_is_not_searched() {
        let searched = |yaml: &str| {
            let mut searched = parse(Notation::Yaml, yaml, "a.md")
                .expect("valid YAML")
                .searched;
            searched.sort_unstable();
            searched.join("; ")
        };
        assert_eq!(
            searched(
                "title: T\nsource: app/guides/ci\nrelated:\n  title: Next\n  links:\n    - app/api\n"
            ),
            ""
        );
        assert_eq!(
            searched("source: https://x.org/a\nrelated: [ADR-1, ADR-2]\n"),
            "related: ADR-1, ADR-2; source: https://x.org/a"
        );
        assert_eq!(
            searched("source: Talk with Ada / Bob\n"),
            "source: Talk with Ada / Bob"
        );
    }

    #[test]
    fn what_a_menu_calls_a_document_is_searched_once() {
        let yaml =
            "title: Builds\nnav_title: CI\nsidebar_label: CI\nlinkTitle: Builds\nsummary: All\n";
        let read = parse(Notation::Yaml, yaml, "a.md").expect("valid YAML");
        assert_eq!(read.searched, ["CI", "All"]);
    }

    #[test]
    fn a_field_that_stands_in_several_places_is_searched_in_all() {
        let yaml = "title: T\ntags: [queue]\nTags: bus\ndescription: Top\nparams:\n  title: U\n  tags: [mail, queue]\n  description: Top\ntaxonomies:\n  tags: [ops]\n";
        let read = parse(Notation::Yaml, yaml, "a.md").expect("valid YAML");
        let mut searched = read.searched;
        searched.sort_unstable();
        assert_eq!(read.title, "T");
        assert_eq!(searched, ["Top", "bus", "mail, queue", "ops", "queue"]);
    }

    #[test]
    fn what_is_malformed_is_told_with_its_line_and_its_title() {
        let check = |notation, text| {
            parse(notation, text, "a.md").map_err(|fault| (fault.line, fault.title))
        };
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
        assert!(parse(Notation::Yaml, &bomb, "a.md").is_err());
    }
}
