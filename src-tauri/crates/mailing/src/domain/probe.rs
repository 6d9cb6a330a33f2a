//! Knocking at the relay: whether it speaks TLS with a certificate that this computer trusts. Nobody signs in, and
//! nothing is sent.

use super::{DomainFinding, Verdict, finding};
use crate::smtp::{ConnectError, Patience, Relay, Tls};

/// Connects to a relay, makes the connection private as it is set up, and says goodbye. Blocks; must be called outside
/// of any runtime.
pub fn probe_relay(relay: &Relay, patience: &Patience) -> DomainFinding {
    let knocking = Relay { user: None, password: None, ..relay.clone() };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return finding("relay", Verdict::Unknown, error.to_string()),
    };
    let met = runtime.block_on(async {
        let session = knocking.connect(patience).await?;
        session.quit().await;
        Ok(())
    });
    // Dropped, it would wait for a name that is still being looked up.
    runtime.shutdown_background();
    judged(relay, met)
}

fn judged(relay: &Relay, met: Result<(), ConnectError>) -> DomainFinding {
    let host = &relay.host;
    let local = host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    let (verdict, words) = match (met, relay.tls) {
        (Ok(()), Tls::StartTls) => {
            (Verdict::Good, format!("{host} speaks TLS by STARTTLS, and its certificate is good"))
        }
        (Ok(()), Tls::Implicit) => {
            (Verdict::Good, format!("{host} speaks TLS from the first byte, and its certificate is good"))
        }
        (Ok(()), Tls::None) if local => (Verdict::Good, format!("{host} is this computer itself and needs no TLS")),
        (Ok(()), Tls::None) => {
            let words =
                format!("mail to {host} goes over the network in clear; choose STARTTLS or TLS as its security");
            (Verdict::Wrong, words)
        }
        (Err(error @ ConnectError::Certificate(_)), _) => {
            (Verdict::Wrong, format!("{error}; name the server as its certificate is for, or have its keeper renew it"))
        }
        (Err(error @ (ConnectError::Unfit(_) | ConnectError::Tls(_))), _) => {
            (Verdict::Wrong, format!("{host} does not speak TLS as it is set up: {error}"))
        }
        (Err(error), _) => (Verdict::Unknown, format!("{host} could not be asked: {error}")),
    };
    finding("relay", verdict, words)
}
