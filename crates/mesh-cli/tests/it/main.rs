//! The `mesh` command as a process, against folders, servers and signals as it meets them.

mod call;
mod fault;
mod help;
mod index;
mod serve;
mod stdio;
mod support;
