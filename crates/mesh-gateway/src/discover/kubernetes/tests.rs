mod access;
mod cluster;
mod fake;
