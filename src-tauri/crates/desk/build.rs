//! Builds nothing. It is here for the build-dependencies in this crate's manifest.
//!
//! Cargo chooses the features of shared dependencies for each command anew: the window's dependencies ask for a few
//! that the command line's do not, down to `proc-macro2`, on which nearly everything stands. Without the same features
//! in both, a window built after `cargo xtask demo` would build Typst and SQLite a second time, for about seven
//! minutes. So `desk`, which both contain, names these features for both.

fn main() {}
