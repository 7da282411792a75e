mod exchange;
mod support;
