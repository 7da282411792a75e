//! Reading on: the whole of anything a tool has named, a page at a time.
//!
//! A reference is found (`find`), the thing it names is written out as text (`render`), and the text is cut into pages
//! (`page`) that say where they go on. `search` finds things of every kind in the form in which `fetch` takes them.

mod address;
mod fetch;
mod find;
mod link;
mod page;
mod render;
mod rendered;
mod search;
mod written;

pub use fetch::Fetch;
pub use search::Search;
pub use written::Written;

pub(crate) use address::{Address, is_pdf, place_of, prefix, start_of};
pub(crate) use find::read;
pub(crate) use page::{RESOURCE_CHARS, content_of};
pub(crate) use render::ticket as render_ticket;
pub(crate) use rendered::Rendered;
