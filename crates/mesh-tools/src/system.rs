//! The server about itself.

mod get_server_capabilities;
mod get_system_health;
mod health;
mod indexed;
mod metrics;
mod probe;
mod vendor_probe;

pub use get_server_capabilities::GetServerCapabilities;
pub use get_system_health::GetSystemHealth;
pub use health::{Health, Service, Status, health, health_without_probes};
pub use indexed::{indexed, indexed_sources};
pub use metrics::{Counters, MetricsReport, counters, metrics};

/// The server's name where none is configured, as clients have it in their settings.
pub const NAME: &str = "aoma-mesh-mcp";
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
