//! Which addresses may be dialled.
//!
//! The ranges are those that IANA's special-purpose registries call globally reachable
//! (RFC 6890; iana-ipv4-special-registry and iana-ipv6-special-registry, read 2026-11), minus a
//! few that are reachable but never a receiver's. IPv6 goes by an allow-list: what is not global
//! unicast does not pass, so no embedding of an IPv4 address has to be known to be refused.

use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One block: network and prefix length.
struct Block<A>(A, u32);

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u32) -> Block<u32> {
    Block(Ipv4Addr::new(a, b, c, d).to_bits(), prefix)
}
const fn v6(a: u16, b: u16, prefix: u32) -> Block<u128> {
    Block(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0).to_bits(), prefix)
}

impl Block<u32> {
    const fn holds(&self, ip: Ipv4Addr) -> bool {
        (ip.to_bits() ^ self.0) >> (32 - self.1) == 0
    }
}
impl Block<u128> {
    const fn holds(&self, ip: Ipv6Addr) -> bool {
        (ip.to_bits() ^ self.0) >> (128 - self.1) == 0
    }
}

const V4_REFUSED: &[Block<u32>] = &[
    v4(0, 0, 0, 0, 8),        // "this network", RFC 791 section 3.2
    v4(10, 0, 0, 0, 8),       // private use, RFC 1918
    v4(100, 64, 0, 0, 10),    // shared address space, RFC 6598; cloud metadata lives here too
    v4(127, 0, 0, 0, 8),      // loopback, RFC 1122 section 3.2.1.3
    v4(168, 63, 129, 16, 32), // public by registry, but Azure's host agent on every machine there
    v4(169, 254, 0, 0, 16),   // link local, RFC 3927; cloud metadata
    v4(172, 16, 0, 0, 12),    // private use, RFC 1918
    v4(192, 0, 0, 0, 24),     // IETF protocol assignments, RFC 6890 section 2.1
    v4(192, 0, 2, 0, 24),     // documentation (TEST-NET-1), RFC 5737
    v4(192, 88, 99, 0, 24),   // 6to4 relay anycast, deprecated by RFC 7526
    v4(192, 168, 0, 0, 16),   // private use, RFC 1918
    v4(198, 18, 0, 0, 15),    // benchmarking, RFC 2544
    v4(198, 51, 100, 0, 24),  // documentation (TEST-NET-2), RFC 5737
    v4(203, 0, 113, 0, 24),   // documentation (TEST-NET-3), RFC 5737
    v4(224, 0, 0, 0, 4),      // multicast, RFC 1112
    v4(240, 0, 0, 0, 4),      // reserved, RFC 1112 section 4; 255.255.255.255 is limited broadcast, RFC 919
];

/// Inside refused blocks, yet globally reachable by the registry.
const V4_REACHABLE: &[Block<u32>] = &[
    v4(192, 0, 0, 9, 32),  // Port Control Protocol anycast, RFC 7723
    v4(192, 0, 0, 10, 32), // TURN anycast, RFC 8155
];

/// Global unicast, RFC 4291 section 2.4 and the IANA IPv6 address space registry.
const V6_GLOBAL: Block<u128> = v6(0x2000, 0, 3);

const V6_REFUSED: &[Block<u128>] = &[
    v6(0x2001, 0, 23),     // IETF protocol assignments, RFC 2928: Teredo, ORCHID, benchmarking
    v6(0x2001, 0xdb8, 32), // documentation, RFC 3849
    v6(0x2002, 0, 16),     // 6to4, RFC 3056: any IPv4 address inside
    v6(0x3fff, 0, 20),     // documentation, RFC 9637
];

/// The well-known prefix of NAT64, RFC 6052: the IPv4 address is in the last 32 bits.
const V6_NAT64: Block<u128> = v6(0x64, 0xff9b, 96);

/// Whether something may be sent to `ip`: it is on the public internet, or in one of the
/// operator's `allowed` networks. An IPv4-mapped address is always refused unless its own (IPv6)
/// network is allowed; a NAT64 address is judged by the IPv4 address inside.
#[must_use]
pub fn address_allowed(ip: IpAddr, allowed: &[IpNet]) -> bool {
    if allowed.iter().any(|net| net.contains(&ip)) {
        return true;
    }
    match ip {
        IpAddr::V4(ip) => v4_public(ip),
        IpAddr::V6(ip) => match nat64(ip) {
            Some(inside) => address_allowed(inside.into(), allowed),
            None => v6_public(ip),
        },
    }
}

fn nat64(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    V6_NAT64.holds(ip).then(|| Ipv4Addr::from_bits(ip.to_bits() as u32))
}

fn v4_public(ip: Ipv4Addr) -> bool {
    V4_REACHABLE.iter().any(|block| block.holds(ip)) || !V4_REFUSED.iter().any(|block| block.holds(ip))
}

fn v6_public(ip: Ipv6Addr) -> bool {
    V6_GLOBAL.holds(ip) && !V6_REFUSED.iter().any(|block| block.holds(ip))
}
