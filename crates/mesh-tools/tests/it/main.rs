//! The tools, resources and prompts over a small corpus of every kind, as a server would call them.

mod agents;
mod analysis;
mod analysis_in_database;
mod answer_cache;
mod capabilities;
mod code;
mod every_tool;
mod faults;
mod filter_values;
mod health;
mod in_database;
mod injection;
mod knowledge;
mod links;
mod mail;
mod music;
mod prompts;
mod reading;
mod resources;
mod search;
mod secrets;
mod support;
mod synthesis;
mod tickets;
mod vendor_health;
mod vendors;
