//! What a start tag means to a reader of text.

mod kind;

pub(super) use self::kind::{Kind, is_silent, kind};
use crate::ingest::numerals::Numerals;

/// Classes of DocBook, then of Sphinx.
const CHROME: [&str; 7] = [
    "navheader",
    "navfooter",
    "toc",
    "indexdiv",
    "indextable",
    "genindex-jumpbox",
    "modindex-jumpbox",
];

/// A start tag with the few attributes that matter.
#[derive(Debug, Default)]
pub(super) struct Tag {
    pub(super) name: Vec<u8>,
    /// Where it stands.
    pub(super) offset: usize,
    id: String,
    class: String,
    role: String,
    alt: String,
    field: String,
    date: String,
    columns: String,
    rows: String,
    target: String,
    number: String,
    numerals: String,
    control: String,
    is_checked: bool,
    is_task: bool,
    attribute: Attribute,
}

#[derive(Debug, Default, Clone, Copy)]
enum Attribute {
    Id,
    Class,
    Role,
    Alt,
    Field,
    Date,
    Columns,
    Rows,
    Target,
    Number,
    Numerals,
    Control,
    #[default]
    Other,
}

impl Tag {
    pub(super) fn open(&mut self, name: &[u8], offset: usize) {
        self.offset = offset;
        self.name.clear();
        self.name.extend_from_slice(name);
        self.id.clear();
        self.class.clear();
        self.role.clear();
        self.alt.clear();
        self.field.clear();
        self.date.clear();
        self.columns.clear();
        self.rows.clear();
        self.target.clear();
        self.number.clear();
        self.numerals.clear();
        self.control.clear();
        self.is_checked = false;
        self.is_task = false;
        self.attribute = Attribute::Other;
    }

    pub(super) fn attribute(&mut self, name: &[u8]) {
        match name {
            b"checked" => self.is_checked = true,
            b"data-inline-task-id" => self.is_task = true,
            _ => {}
        }
        self.attribute = match name {
            b"id" => Attribute::Id,
            // Before HTML 5 a place was named by `<a name>`; elsewhere `name` is a form field or a meta key.
            b"name" if self.name == b"a" && self.id.is_empty() => Attribute::Id,
            b"class" => Attribute::Class,
            b"role" => Attribute::Role,
            b"alt" if self.name == b"img" => Attribute::Alt,
            b"data-id" => Attribute::Field,
            b"datetime" if self.name == b"time" => Attribute::Date,
            b"colspan" => Attribute::Columns,
            b"rowspan" => Attribute::Rows,
            b"href" if self.name == b"a" => Attribute::Target,
            b"start" if self.name == b"ol" => Attribute::Number,
            b"value" if self.name == b"li" => Attribute::Number,
            b"type" if self.name == b"ol" => Attribute::Numerals,
            b"type" if self.name == b"input" => Attribute::Control,
            _ => Attribute::Other,
        };
    }

    pub(super) fn value(&mut self, value: &[u8]) {
        let field = match self.attribute {
            Attribute::Id => &mut self.id,
            Attribute::Class => &mut self.class,
            Attribute::Role => &mut self.role,
            Attribute::Alt => &mut self.alt,
            Attribute::Field => &mut self.field,
            Attribute::Date => &mut self.date,
            Attribute::Columns => &mut self.columns,
            Attribute::Rows => &mut self.rows,
            Attribute::Target => &mut self.target,
            Attribute::Number => &mut self.number,
            Attribute::Numerals => &mut self.numerals,
            Attribute::Control => &mut self.control,
            Attribute::Other => return,
        };
        field.clear();
        field.push_str(&String::from_utf8_lossy(value));
    }

    /// Its name as a link target. An index term's is left out: it marks a word, not a section.
    pub(super) fn anchor(&self) -> Option<String> {
        (!self.id.is_empty() && !self.has_class("indexterm")).then(|| self.id.clone())
    }

    /// What a picture says to those who do not see it.
    pub(super) fn alt(&self) -> &str {
        self.alt.trim()
    }

    /// What a tracker calls the column that this heads.
    pub(super) fn field(&self) -> &str {
        &self.field
    }

    /// The instant behind a time that is written for people.
    pub(super) fn date(&self) -> &str {
        &self.date
    }

    /// How many columns and rows a cell takes.
    pub(super) fn span(&self) -> (usize, u32) {
        let columns = self.columns.trim().parse().unwrap_or(1);
        (columns, self.rows.trim().parse().unwrap_or(1))
    }

    /// Where a link leads.
    pub(super) fn target(&self) -> &str {
        &self.target
    }

    /// The number of an item, or of the first one of a list.
    pub(super) fn number(&self) -> Option<u32> {
        self.number.trim().parse().ok()
    }

    pub(super) fn numerals(&self) -> Numerals {
        Numerals::of(self.numerals.trim()).unwrap_or_default()
    }

    /// Whether it is a task that is done: a box to tick, or what Confluence makes of one. A switch folds a part of the page.
    pub(super) fn task(&self) -> Option<bool> {
        let is_box = self.control.eq_ignore_ascii_case("checkbox") && self.role != "switch";
        let is_item = self.name == b"li" && self.is_task;
        let is_done = self.is_checked || self.has_class("checked");
        (is_box || is_item).then_some(is_done)
    }

    /// As it stands, where [`Self::anchor`] says what links lead to.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    pub(super) fn has_class(&self, name: &str) -> bool {
        self.class
            .split_ascii_whitespace()
            .any(|class| class == name)
    }

    /// A link beside a heading that leads to it, as generators of documentation set it.
    pub(super) fn is_link_to_here(&self) -> bool {
        [
            "headerlink",
            "header-anchor",
            "hash-link",
            "anchor",
            "anchorjs-link",
            "heading-anchor",
        ]
        .iter()
        .any(|class| self.has_class(class))
    }

    pub(super) fn kind(&self) -> Kind {
        kind(&self.name)
    }

    /// It has no content, and so no end tag.
    pub(super) fn is_void(&self) -> bool {
        matches!(
            &self.name[..],
            b"area"
                | b"base"
                | b"br"
                | b"col"
                | b"embed"
                | b"hr"
                | b"img"
                | b"input"
                | b"link"
                | b"meta"
                | b"source"
                | b"track"
                | b"wbr"
        )
    }

    /// What stands at the end of a page, or its end tag may be left out.
    pub(super) fn may_end_with_the_page(&self) -> bool {
        self.role == "contentinfo"
            || self.has_class("navfooter")
            || matches!(
                &self.name[..],
                b"footer" | b"p" | b"li" | b"dt" | b"dd" | b"tr" | b"td" | b"th" | b"option"
            )
    }

    /// A part of the page that is not its text: navigation, tables of contents, the entries of an index.
    pub(super) fn is_chrome(&self) -> bool {
        matches!(&self.name[..], b"nav" | b"footer")
            || matches!(
                &self.role[..],
                "navigation" | "banner" | "contentinfo" | "search"
            )
            || CHROME.iter().any(|class| self.has_class(class))
    }

    /// A container whose heading rules until its end, as in DocBook, Sphinx and HTML 5.
    pub(super) fn is_section(&self) -> bool {
        let sectioning = |class: &str| {
            class.starts_with("sect")
                || class.starts_with("refsect")
                || matches!(
                    class,
                    "chapter"
                        | "appendix"
                        | "preface"
                        | "part"
                        | "reference"
                        | "refentry"
                        | "refnamediv"
                        | "refsynopsisdiv"
                        | "table"
                        | "example"
                        | "figure"
                        | "procedure"
                )
        };
        matches!(&self.name[..], b"section" | b"article")
            || self.class.split_ascii_whitespace().any(sectioning)
    }

    /// A note, tip or warning set into the text.
    pub(super) fn is_aside(&self) -> bool {
        let labels = [
            "note",
            "tip",
            "warning",
            "caution",
            "important",
            "admonition",
        ];
        self.name == b"aside" || labels.iter().any(|label| self.has_class(label))
    }
}
