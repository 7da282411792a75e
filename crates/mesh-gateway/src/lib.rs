//! Other MCP servers behind the one address.
//!
//! A call goes to an upstream and its result comes back as the JSON it was: nothing is decoded that need not be. Lists come
//! from what was last heard; no upstream's failure changes another's answer.

mod address;
mod approval;
pub mod catalogue;
mod connection;
mod credential;
pub mod discover;
pub mod entry;
mod era;
mod fault;
mod fit;
mod gateway;
mod heard;
mod here;
mod hops;
mod inbox;
mod item;
pub mod link;
pub mod lock;
mod message;
pub mod mirrored;
pub mod name;
mod oauth;
mod pending;
mod plan;
mod question;
pub mod raw;
pub mod registry;
mod replace;
mod sandbox;
mod schema;
pub mod source;
mod state;
pub mod template;
mod upstream;
mod wire;
mod wishes;

pub use approval::{Approvals, LockMode, awaits_approval, locked};
pub use catalogue::{Catalogue, RemoteTool};
pub use connection::Asked;
pub use credential::{Credentials, Freshness};
pub use entry::Entry;
pub use fault::Fault;
pub use gateway::{Gateway, Replaced};
pub use heard::{Heard, Kind};
pub use here::{Comeback, HOPS_HEADER, Here, LOOP_DETECTED};
pub use hops::{HopId, Hops, MAX_HOPS, NoHops};
pub use inbox::{Listener, Step, Steps};
pub use item::{Found, ItemKind, Items, RemoteItem};
pub use message::RpcError;
pub use plan::{Environment, Launcher};
pub use question::{Question, Questions};
pub use sandbox::{Sandbox, needs_a_runner, refusals};
pub use state::{Counted, State, Stats};
pub use template::Template;
pub use upstream::World;
pub use wire::events;
pub use wire::{INHERITED, MAX_ENDING};
pub use wishes::{Subscription, Update};
