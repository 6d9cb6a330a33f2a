//! DNS by the servers that this computer is set up to ask, or by a named one.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::RData;
use tokio::runtime::Runtime;
use tokio::time::timeout;

use super::{DnsError, Resolver, Texts};

const WAIT: Duration = Duration::from_secs(15);

/// Asks real servers. It blocks, so it must be made and used outside of any runtime.
pub struct SystemResolver {
    runtime: Runtime,
    resolver: TokioResolver,
}

impl SystemResolver {
    /// The servers that this computer is set up to ask, or the one at `server`: a domain's own, say, which knows of a
    /// change before the rest of the world does. Asks nobody yet.
    pub fn new(server: Option<SocketAddr>) -> Result<SystemResolver, DnsError> {
        let wrong = |text: String| DnsError { name: "this computer's own servers".to_owned(), text };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| wrong(error.to_string()))?;
        let resolver = {
            let _entered = runtime.enter();
            let builder = match server {
                Some(server) => Ok(TokioResolver::builder_with_config(at(server), TokioRuntimeProvider::default())),
                None => TokioResolver::builder_tokio(),
            };
            let built = builder.and_then(|mut builder| {
                // What this computer calls a host is of no interest: receivers ask DNS.
                builder.options_mut().use_hosts_file = ResolveHosts::Never;
                builder.build()
            });
            built.map_err(|error| wrong(error.to_string()))?
        };
        Ok(SystemResolver { runtime, resolver })
    }

    fn ask<T>(
        &self,
        name: &str,
        nothing: T,
        question: impl Future<Output = Result<T, NetError>>,
    ) -> Result<T, DnsError> {
        let failed = |text: String| DnsError { name: name.to_owned(), text };
        let answer = self.runtime.block_on(async { timeout(WAIT, question).await });
        match answer {
            Err(_) => Err(failed(format!("no answer within {} s", WAIT.as_secs()))),
            Ok(Ok(found)) => Ok(found),
            Ok(Err(error)) if error.is_no_records_found() || error.is_nx_domain() => Ok(nothing),
            Ok(Err(error)) => Err(failed(error.to_string())),
        }
    }
}

fn at(server: SocketAddr) -> ResolverConfig {
    let connection = |mut connection: ConnectionConfig| {
        connection.port = server.port();
        connection
    };
    // A key's record may be larger than one datagram, and is asked for once more over TCP then.
    let connections = vec![connection(ConnectionConfig::udp()), connection(ConnectionConfig::tcp())];
    ResolverConfig::from_parts(None, vec![], vec![NameServerConfig::new(server.ip(), true, connections)])
}

/// With its dot at the end, so that no search domain of this computer is tried.
fn whole(name: &str) -> String {
    format!("{}.", name.trim_end_matches('.'))
}

fn bare(name: &hickory_resolver::proto::rr::Name) -> String {
    name.to_utf8().trim_end_matches('.').to_ascii_lowercase()
}

impl Resolver for SystemResolver {
    fn txt(&self, name: &str) -> Result<Texts, DnsError> {
        self.ask(name, Texts::default(), async {
            let found = self.resolver.txt_lookup(whole(name)).await?;
            let mut texts = Texts::default();
            for record in found.answers() {
                match &record.data {
                    RData::TXT(text) => {
                        texts.records.push(String::from_utf8_lossy(&text.txt_data.concat()).into_owned())
                    }
                    RData::CNAME(to) => texts.alias = Some(bare(to)),
                    _ => {}
                }
            }
            Ok(texts)
        })
    }

    fn mx(&self, name: &str) -> Result<Vec<String>, DnsError> {
        self.ask(name, Vec::new(), async {
            let found = self.resolver.mx_lookup(whole(name)).await?;
            let server = |data: &RData| match data {
                RData::MX(mx) => Some((mx.preference, bare(&mx.exchange))),
                _ => None,
            };
            let mut servers: Vec<_> = found.answers().iter().filter_map(|record| server(&record.data)).collect();
            servers.sort();
            Ok(servers.into_iter().map(|(_, name)| name).collect())
        })
    }

    fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, DnsError> {
        if let Ok(address) = name.parse() {
            return Ok(vec![address]);
        }
        self.ask(name, Vec::new(), async { Ok(self.resolver.lookup_ip(whole(name)).await?.iter().collect()) })
    }
}
