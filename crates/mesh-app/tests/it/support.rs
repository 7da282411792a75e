//! A real server on loopback with tools of the tests' own, and the kinds of client that come to it.

mod answer;
mod app;
mod corpus;
mod events;
mod gateway;
mod log;
mod raw;
mod request;
mod session;
mod tools;
mod wait;

pub(crate) use answer::Answer;
pub(crate) use app::{TOKEN, TestApp, build, digest, now};
pub(crate) use corpus::Corpus;
pub(crate) use events::Events;
pub(crate) use gateway::{admitting, gateway, shell};
pub(crate) use log::Log;
pub(crate) use raw::Raw;
pub(crate) use request::Request;
pub(crate) use session::Session;
pub(crate) use tools::{CATALOG, Calls, unique};
pub(crate) use wait::within;
