//! One HTTPS request to the box: a small form out, a text back, no redirects, no cookies, and an end to everything.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use rustls_platform_verifier::BuilderVerifierExt;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, crypto};

const PATIENCE: Duration = Duration::from_secs(30);
// A segment of the log has at most a megabyte.
const LARGEST: u64 = 4_000_000;

/// An `https` address, or an `http` one on this computer itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    private: bool,
    host: String,
    port: u16,
    path: String,
}

impl Address {
    /// Reads `https://host[:port]/path`.
    pub(super) fn parse(text: &str) -> Option<Address> {
        let (scheme, rest) = text.trim().split_once("://")?;
        let private = match scheme.to_ascii_lowercase().as_str() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let (authority, path) = rest.find('/').map_or((rest, "/"), |at| rest.split_at(at));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().ok()?),
            _ => (authority, if private { 443 } else { 80 }),
        };
        let plain = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}#?".contains(c);
        let sound = !host.is_empty() && !authority.contains('@') && host.chars().all(plain) && path.chars().all(plain);
        // Without TLS anybody on the way could read who leaves; only tests and trials on one computer may.
        let allowed = private || matches!(host, "127.0.0.1" | "localhost" | "[::1]");
        (sound && allowed).then(|| Address { private, host: host.to_owned(), port, path: path.to_owned() })
    }

    fn request(&self, query: &str, form: &str) -> String {
        let Address { path, host, port, .. } = self;
        let length = form.len();
        let agent = concat!("Masthead/", env!("CARGO_PKG_VERSION"));
        format!(
            "POST {path}?{query} HTTP/1.1\r\nHost: {host}:{port}\r\nUser-Agent: {agent}\r\nAccept: text/plain\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{form}"
        )
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.host)
    }
}

/// What came back.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status, 200.
    pub(super) status: u16,
    /// The body.
    pub(super) body: String,
}

/// Posts a form whose values need no escaping.
pub(super) fn post(address: &Address, query: &str, form: &str) -> io::Result<Answer> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let asked = async {
        let silent = |_| io::Error::new(io::ErrorKind::TimedOut, format!("no answer within {} s", PATIENCE.as_secs()));
        timeout(PATIENCE, exchange(address, &address.request(query, form))).await.map_err(silent)?
    };
    let bytes = runtime.block_on(asked)?;
    understood(&bytes).ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "the answer is no whole HTTP/1.1"))
}

async fn exchange(address: &Address, request: &str) -> io::Result<Vec<u8>> {
    let host = address.host.trim_matches(['[', ']']);
    let socket = TcpStream::connect((host, address.port)).await?;
    if !address.private {
        return talk(socket, request).await;
    }
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_platform_verifier())
        .map_err(io::Error::other)?
        .with_no_client_auth();
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    talk(TlsConnector::from(Arc::new(config)).connect(name, socket).await?, request).await
}

async fn talk(mut stream: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> io::Result<Vec<u8>> {
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut bytes = Vec::new();
    let read = (&mut stream).take(LARGEST).read_to_end(&mut bytes).await;
    match read {
        // Servers that close without a last word of TLS are common; the length or the chunks tell what is whole.
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(bytes),
        read => read.map(|_| bytes),
    }
}

/// Takes an answer apart; nothing where it is not whole.
fn understood(bytes: &[u8]) -> Option<Answer> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).ok()?;
    let body = &bytes[end + 4..];
    let mut lines = head.split("\r\n");
    let mut first = lines.next()?.split(' ');
    if !first.next()?.starts_with("HTTP/1.") {
        return None;
    }
    let status = first.next()?.parse().ok()?;
    let fields: Vec<(String, &str)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim()))
        .collect();
    let field = |wanted: &str| fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
    let body = if field("transfer-encoding").is_some_and(|value| value.eq_ignore_ascii_case("chunked")) {
        chunks(body)?
    } else {
        match field("content-length") {
            Some(length) => body.get(..length.parse().ok()?)?.to_vec(),
            None => body.to_vec(),
        }
    };
    Some(Answer { status, body: String::from_utf8(body).ok()? })
}

// RFC 9112 7.1; trailers and extensions are passed over.
fn chunks(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n")?;
        let line = std::str::from_utf8(&rest[..end]).ok()?;
        let size = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        let from = end + 2;
        let until = from.checked_add(size)?;
        body.extend_from_slice(rest.get(from..until)?);
        rest = rest.get(until..)?.strip_prefix(b"\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_https_or_this_computer_is_an_address() {
        let host = |text| Address::parse(text).map(|address| (address.host, address.port, address.path));
        assert_eq!(host("https://example.org/box.php"), Some(("example.org".into(), 443, "/box.php".into())));
        assert_eq!(host("https://example.org:8443"), Some(("example.org".into(), 8443, "/".into())));
        assert_eq!(host("http://127.0.0.1:8000/b.php"), Some(("127.0.0.1".into(), 8000, "/b.php".into())));
        for wrong in [
            "http://example.org/",
            "ftp://example.org",
            "example.org",
            "https://",
            "https://a b/",
            "https://u@h/",
            "https://h/a?b=c",
            "https://h/#a",
            "https://h:99999/",
            "https://h/\r\nHost: x",
        ] {
            assert_eq!(host(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_answer_by_length_or_in_chunks_is_read_and_a_torn_one_refused() {
        let read = |text: &str| understood(text.as_bytes()).map(|answer| (answer.status, answer.body));
        let body = |text: &str| Some((200, text.to_owned()));
        assert_eq!(read("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc"), body("ab"));
        assert_eq!(read("HTTP/1.0 200 OK\r\n\r\nabc"), body("abc"));
        let chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\n\r\n";
        assert_eq!(read(chunked), body("abcde"));
        assert_eq!(read(&chunked[..chunked.len() - 9]), None);
        assert_eq!(read("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"), None);
        assert_eq!(read("SSH-2.0-x\r\n\r\n"), None);
    }

    proptest! {
        #[test]
        fn no_answer_can_trip_the_reader(bytes: Vec<u8>, chunked in "([0-9a-f]{0,20}\r\n|[a-z;]{0,9}){0,6}") {
            let _ = understood(&bytes);
            let _ = understood(format!("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n{chunked}").as_bytes());
        }
    }
}
