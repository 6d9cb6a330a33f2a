//! TLS with the certificates that this computer trusts, and plain words when a server cannot prove who it is.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{self, CertificateError, ClientConfig, crypto};

/// Why a connection is not private.
#[derive(Debug)]
pub(crate) enum TlsFault {
    /// The server did not prove that it is the one it is named.
    Certificate(String),
    /// Anything else that ended the handshake.
    Other(String),
}

impl fmt::Display for TlsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TlsFault::Certificate(text) | TlsFault::Other(text) => f.write_str(text),
        }
    }
}

/// Makes a connection to `host` private, within `wait`.
pub(crate) async fn private<S>(host: &str, stream: S, wait: Duration) -> Result<TlsStream<S>, TlsFault>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let other = |error: &dyn fmt::Display| TlsFault::Other(error.to_string());
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier())
        .map_err(|error| other(&error))?
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(|error| other(&error))?;
    let handshake = timeout(wait, TlsConnector::from(Arc::new(config)).connect(name, stream)).await;
    let silent = |_| TlsFault::Other(format!("the handshake did not end within {} s", wait.as_secs()));
    handshake.map_err(silent)?.map_err(|error| fault(&error, host))
}

fn fault(error: &io::Error, host: &str) -> TlsFault {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(wrong)) => TlsFault::Certificate(words(wrong, host)),
        _ => TlsFault::Other(error.to_string()),
    }
}

fn words(wrong: &CertificateError, host: &str) -> String {
    match wrong {
        CertificateError::UnknownIssuer => {
            format!("the certificate of `{host}` comes from nobody that this computer trusts")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("the certificate is not for `{host}`")
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            format!("the certificate of `{host}` has expired")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            format!("the certificate of `{host}` is not valid yet; is this computer's clock right?")
        }
        other => format!("the certificate of `{host}` is not valid: {other}"),
    }
}
