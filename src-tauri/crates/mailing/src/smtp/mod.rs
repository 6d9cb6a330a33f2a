//! SMTP as a client, stage by stage, so that it is known at every moment whether a message may have gone out.
//!
//! [`wire`] moves bytes and lines, [`reply`] reads answers, [`offers`] what a server can do, [`relay`] connects and signs in, [`session`] hands one
//! message over, [`postman`] carries single ones. Nothing here knows the ledger.

mod offers;
mod postman;
pub(crate) mod relay;
pub(crate) mod reply;
pub(crate) mod session;
mod wire;

pub use postman::{Handed, Postman, RelayError};
pub(crate) use relay::ConnectError;
pub use relay::{Relay, Secret, Tls};
pub use session::Patience;
