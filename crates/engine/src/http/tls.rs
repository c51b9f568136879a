//! TLS 1.2 and 1.3 by rustls with aws-lc-rs; the system's root certificates decide.

use super::Failure;
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, ServerName},
};
use std::sync::Arc;
use tokio::net::TcpStream;
use tokio_rustls::{TlsConnector, client::TlsStream};
use url::Host;

/// The system's root certificates and `extra` ones in DER.
fn certificates(extra: &[Vec<u8>]) -> impl Iterator<Item = CertificateDer<'static>> {
    let native = rustls_native_certs::load_native_certs();
    for error in &native.errors {
        tracing::warn!(%error, "a root certificate of the system can't be read");
    }
    native.certs.into_iter().chain(extra.iter().map(|der| CertificateDer::from(der.clone())))
}

/// The same, without those that can't be roots: for who refuses all when one is bad.
pub(crate) fn trusted_certificates(extra: &[Vec<u8>]) -> Vec<CertificateDer<'static>> {
    let can_be_root = |der: &CertificateDer<'static>| RootCertStore::empty().add(der.clone()).is_ok();
    certificates(extra).filter(can_be_root).collect()
}

/// Whose certificates are believed.
#[derive(Clone, Debug)]
pub(crate) struct Roots(Arc<ClientConfig>);

impl Roots {
    /// The system's, and `extra` ones in DER. A system without any is told in the log: plain http
    /// still works, every https receiver will fail with an unknown issuer.
    pub(crate) fn load(extra: &[Vec<u8>]) -> Self {
        let mut store = RootCertStore::empty();
        let (added, ignored) = store.add_parsable_certificates(certificates(extra));
        tracing::debug!(added, ignored, "root certificates");
        if added == 0 {
            tracing::warn!(
                "this system has no root certificates: install ca-certificates to reach https receivers"
            );
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(rustls::ALL_VERSIONS)
            .expect("the provider has ciphers for TLS 1.2 and 1.3")
            .with_root_certificates(store)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Self(Arc::new(config))
    }

    /// Makes `stream` secure; the certificate must be `host`'s.
    ///
    /// # Errors
    /// `tls`, with what is wrong with the certificate or the handshake.
    pub(super) async fn secure(
        &self,
        stream: TcpStream,
        host: &Host<String>,
    ) -> Result<TlsStream<TcpStream>, Failure> {
        let text = host.to_string();
        let name = match host {
            Host::Ipv4(ip) => ServerName::from(std::net::IpAddr::from(*ip)),
            Host::Ipv6(ip) => ServerName::from(std::net::IpAddr::from(*ip)),
            Host::Domain(name) => ServerName::try_from(name.clone()).map_err(|_| {
                let message = format!("A certificate can't be checked for the name {text}.");
                Failure::new(domain::delivery::Outcome::Tls, message)
            })?,
        };
        let connector = TlsConnector::from(Arc::clone(&self.0));
        connector.connect(name, stream).await.map_err(|error| Failure::tls(&text, &error))
    }
}
