//! The server from outside: what it answers to every kind of client, and to none of them worse than to another.

mod batch;
mod bearer;
mod body;
mod curl;
mod ending;
mod era;
mod fast_path;
mod host;
mod latency;
mod listing;
mod logged;
mod modern;
mod origin;
mod overload;
mod params;
mod parse;
mod path;
mod progress;
mod property;
mod session;
mod sse;
mod strangers;
mod subscription;
mod support;
mod tool_route;
mod watch;
