use crate::ingest::html::tag::Tag;

/// Pages nest a few dozen deep; what is deeper is not remembered, so that an end tag is found in a few steps.
const DEEPEST_CONTAINER: usize = 256;

/// Lists in lists in lists: deeper terms share a rank.
const DEEPEST_TERM: u8 = 4;

/// The containers that are open, the outermost first.
#[derive(Debug, Default)]
pub(super) struct Containers(Vec<Container>);

#[derive(Debug)]
struct Container {
    name: Vec<u8>,
    anchor: Option<String>,
    /// The rank of the headings that end with it.
    closes: Option<u8>,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    Text,
    /// A note or a warning: its heading is a label, and rules nothing.
    Aside,
}

impl Containers {
    /// Opens one; gives its place, if it is remembered.
    pub(super) fn enter(&mut self, tag: &Tag) -> Option<usize> {
        let place = self.0.len();
        (place < DEEPEST_CONTAINER).then(|| {
            self.0.push(Container {
                name: tag.name.clone(),
                anchor: tag.anchor(),
                closes: None,
                part: if tag.is_aside() {
                    Part::Aside
                } else {
                    Part::Text
                },
            });
            place
        })
    }

    /// Closes the innermost of this name and all within; gives the ranks of the headings that end, innermost first.
    pub(super) fn leave(&mut self, name: &[u8]) -> Vec<u8> {
        let place = self.0.iter().rposition(|container| container.name == name);
        let closed = self.0.split_off(place.unwrap_or(self.0.len()));
        closed
            .into_iter()
            .rev()
            .filter_map(|container| container.closes)
            .collect()
    }

    /// A heading of this rank ends with the container at the place.
    pub(super) fn rule(&mut self, place: usize, level: u8) {
        if let Some(container) = self.0.get_mut(place) {
            container.closes = Some(level);
        }
    }

    /// A term of this rank ends with the innermost definition list.
    pub(super) fn rule_list(&mut self, level: u8) {
        if let Some(place) = self.0.iter().rposition(Container::is_list) {
            self.rule(place, level);
        }
    }

    /// From 1, also where a term stands in no list at all.
    pub(super) fn list_depth(&self) -> u8 {
        let lists = self.0.iter().filter(|container| container.is_list());
        lists
            .fold(0, |depth: u8, _| depth.saturating_add(1))
            .clamp(1, DEEPEST_TERM)
    }

    /// Whether a list of items is open.
    pub(super) fn is_list(&self) -> bool {
        self.0.iter().any(Container::is_item_list)
    }

    /// Whether the innermost list of items stands in an item of another.
    pub(super) fn is_inner_list(&self) -> bool {
        self.0.iter().filter(|open| open.is_item_list()).count() > 1
    }

    /// The name of the innermost container that has one.
    pub(super) fn anchor(&self) -> Option<String> {
        self.0
            .iter()
            .rev()
            .find_map(|container| container.anchor.clone())
    }

    pub(super) fn is_aside(&self) -> bool {
        self.0.iter().any(|container| container.part == Part::Aside)
    }

    /// Whether we are in what the page is about: a `<header>` there is a heading, elsewhere a banner.
    pub(super) fn is_content(&self) -> bool {
        let is_content = |name: &[u8]| matches!(name, b"main" | b"article" | b"section");
        self.0.iter().any(|container| is_content(&container.name))
    }
}

impl Container {
    fn is_list(&self) -> bool {
        self.name == b"dl"
    }

    fn is_item_list(&self) -> bool {
        matches!(&self.name[..], b"ul" | b"ol")
    }
}
