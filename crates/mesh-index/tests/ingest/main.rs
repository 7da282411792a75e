//! A corpus over the life of its sources: what is read, what is not read again, what leaves, and what is told.

mod changes;
mod faults;
mod ignored;
mod links;
mod losses;
mod sources;
mod workshop;
