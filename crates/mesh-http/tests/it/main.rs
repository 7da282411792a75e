mod exchange;
mod support;
mod tls;
