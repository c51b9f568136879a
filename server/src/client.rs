//! Who called: the peer, or whom a trusted proxy names.

use crate::state::App;
use app::ClientAddress;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::HeaderMap,
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The middleware. Gives the request a [`ClientAddress`].
pub(crate) async fn name(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = address(peer.ip(), request.headers(), &app.trusted_proxies);
    request.extensions_mut().insert(ClientAddress(address.to_string()));
    next.run(request).await
}

/// The last address of `X-Forwarded-For` that is no trusted proxy, when the peer is one. Each proxy adds
/// whom it heard from at the end, so what stands before a stranger's address is the stranger's word.
pub(crate) fn address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> IpAddr {
    let is_trusted = |ip: &IpAddr| trusted.iter().any(|network| network.contains(ip));
    let mut last = peer.to_canonical();
    let lines = headers.get_all("x-forwarded-for").iter().filter_map(|line| line.to_str().ok());
    let named: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    for text in named.iter().rev() {
        if !is_trusted(&last) {
            break;
        }
        // Some proxies add the port; what can't be read ends the chain.
        let ip = text.parse().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
        let Ok(ip) = ip else { break };
        last = ip.to_canonical();
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(peer: &str, forwarded: &'static str) -> String {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let headers =
            HeaderMap::from_iter([("x-forwarded-for".parse().unwrap(), forwarded.parse().unwrap())]);
        address(peer.parse().unwrap(), &headers, &trusted).to_string()
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        assert_eq!(seen("203.0.113.9", "1.2.3.4"), "203.0.113.9");
        assert_eq!(seen("10.0.0.1", "1.2.3.4"), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", "6.6.6.6, 1.2.3.4, 10.0.0.2"), "1.2.3.4");
        assert_eq!(seen("::ffff:10.0.0.1", "1.2.3.4:5678"), "1.2.3.4");
        assert_eq!(seen("10.0.0.1", "1.2.3.4, unknown"), "10.0.0.1");
        assert_eq!(seen("::1", ""), "::1");
    }
}
