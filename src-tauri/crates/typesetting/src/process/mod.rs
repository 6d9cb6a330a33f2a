//! The page engine as a child process: requests on its standard input, replies on its standard output.
//!
//! A compile can neither be interrupted nor given a limit from inside; a process can. The parent holds everything
//! the child knows, so that the child may be killed at any time and started again.

mod bytes;
pub(crate) mod child;
pub(crate) mod parent;
pub(crate) mod protocol;
