#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest::html) enum Kind {
    Inline,
    Break,
    Paragraph,
    Container,
    Heading(u8),
    Title,
    Preformatted,
    Table,
    Row,
    Cell,
    Item,
    DefinitionList,
    Term,
    Definition,
    Anchor,
}

impl Kind {
    /// A paragraph, an item or a cell begins.
    pub(in crate::ingest::html) fn is_prose(self) -> bool {
        matches!(
            self,
            Self::Paragraph | Self::Item | Self::Cell | Self::Definition
        )
    }

    pub(in crate::ingest::html) fn is_within_prose(self) -> bool {
        matches!(self, Self::Inline | Self::Anchor | Self::Break)
    }
}

/// Elements whose content is never shown as text.
pub(in crate::ingest::html) fn is_silent(name: &[u8]) -> bool {
    matches!(
        name,
        b"script"
            | b"style"
            | b"template"
            | b"svg"
            | b"math"
            | b"iframe"
            | b"object"
            | b"select"
            | b"noscript"
    )
}

pub(in crate::ingest::html) fn kind(name: &[u8]) -> Kind {
    match name {
        [b'h', digit @ b'1'..=b'6'] => Kind::Heading(digit - b'0'),
        b"a" => Kind::Anchor,
        b"br" => Kind::Break,
        b"title" => Kind::Title,
        // The last is the code of a page of Confluence.
        b"pre" | b"xmp" | b"listing" | b"textarea" | b"ac:plain-text-body" => Kind::Preformatted,
        b"table" => Kind::Table,
        b"tr" | b"caption" => Kind::Row,
        b"td" | b"th" => Kind::Cell,
        b"li" => Kind::Item,
        b"dl" => Kind::DefinitionList,
        b"dt" => Kind::Term,
        b"dd" => Kind::Definition,
        b"div" | b"section" | b"article" | b"main" | b"header" | b"aside" | b"blockquote"
        | b"ul" | b"ol" | b"figure" | b"details" | b"body" | b"form" | b"fieldset" | b"center" => {
            Kind::Container
        }
        b"p" | b"summary" | b"figcaption" | b"hr" | b"address" | b"legend" | b"option" => {
            Kind::Paragraph
        }
        _ => Kind::Inline,
    }
}
