//! How the function is linked.

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script in its environment what it builds for"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A cold start relocates nothing: docs/decisions/0006-release-profile.md.
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg-bin=mcp=-no-pie");
    }
}
