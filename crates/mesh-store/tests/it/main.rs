#[cfg(feature = "sqlite")]
mod model;
#[cfg(all(feature = "dynamodb", feature = "sqlite"))]
mod on_both;
#[cfg(feature = "sqlite")]
mod sqlite;
mod suite;
mod support;
