//! Turns a target into addresses that may be dialled, or refuses it.

use super::{Failure, Resolver};
use domain::{
    delivery::Outcome,
    target::{Target, address_allowed},
};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use url::Host;

/// The addresses of `target`, all of them allowed. One forbidden address among several refuses
/// the whole answer: a receiver never has one foot inside.
///
/// # Errors
/// `dns` when the name has no address, `refused_address` when one may not be dialled.
pub(super) async fn vet(
    target: &Target,
    resolver: &Resolver,
    allowed: &[IpNet],
) -> Result<Vec<SocketAddr>, Failure> {
    let addresses: Vec<IpAddr> = match target.host() {
        Host::Ipv4(ip) => vec![(*ip).into()],
        Host::Ipv6(ip) => vec![(*ip).into()],
        Host::Domain(name) => {
            let found = resolver.addresses(name).await;
            found.ok().filter(|found| !found.is_empty()).ok_or_else(|| Failure::dns(name))?
        }
    };
    if let Some(address) = addresses.iter().find(|address| !address_allowed(**address, allowed)) {
        tracing::info!(host = %target.host(), %address, "refused to dial");
        return Err(refused(&target.host().to_string()));
    }
    Ok(addresses.into_iter().map(|ip| SocketAddr::new(ip, target.port())).collect())
}

/// Names the host only: which private address a name leads to is nobody's business outside.
fn refused(host: &str) -> Failure {
    let message = format!(
        "{host} leads to an address that is not on the public internet; an operator can allow private networks."
    );
    Failure::new(Outcome::RefusedAddress, message)
}
