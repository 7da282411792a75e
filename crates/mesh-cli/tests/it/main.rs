//! The `mesh` command as a process, against folders, servers and signals as it meets them.

mod audit;
mod call;
mod discover;
mod doors;
mod fault;
mod function;
mod help;
mod hostile;
mod import;
mod index;
mod keys;
mod login;
mod policy;
mod refresh;
mod register;
mod registry;
mod serve;
mod signed;
mod stdio;
mod stored;
mod support;
mod sync;
mod traced;
mod upstream;
mod vectors;
mod verify;
