//! Whatever address somebody types, what passes leads to the internet, and is dialled as it was judged.
#![no_main]

use domain::target::Target;
use libfuzzer_sys::fuzz_target;
use std::net::Ipv4Addr;
use url::Host;

fuzz_target!(|text: &str| {
    let Ok(target) = Target::parse(text, &[]) else { return };
    let url = target.url();
    assert!(matches!(url.scheme(), "http" | "https"));
    assert!(url.username().is_empty() && url.password().is_none());
    assert!(!matches!(target.port(), 0 | 25));
    match target.host() {
        Host::Ipv4(ip) => assert!(public(*ip), "{ip}"),
        Host::Ipv6(ip) => {
            let first = ip.segments()[0];
            let nat64 = ip.segments()[..6] == [0x64, 0xff9b, 0, 0, 0, 0];
            assert!(nat64 || first & 0xe000 == 0x2000, "{ip} is no global unicast address");
            assert!(!matches!(first, 0x2002 | 0x3fff) && ip.to_ipv4_mapped().is_none(), "{ip}");
            if nat64 {
                assert!(public(Ipv4Addr::from_bits(ip.to_bits() as u32)), "{ip}");
            }
        }
        Host::Domain(name) => {
            let bare = name.trim_end_matches('.');
            assert!(!bare.is_empty() && bare != "localhost" && !bare.ends_with(".localhost"), "{name}");
            assert!(bare != "internal" && !bare.ends_with(".internal"), "{name}");
            // What `inet_aton` takes for an address must be read as one.
            let last = bare.rsplit('.').next().unwrap_or_default();
            let is_number = last.bytes().all(|byte| byte.is_ascii_digit());
            let hex = last.strip_prefix("0x");
            let is_hex = hex.is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert!(!is_number && !is_hex, "{name} ends in a number");
        }
    }
    let again = Target::parse(url.as_str(), &[]);
    assert_eq!(again.as_ref(), Ok(&target), "what is stored is judged the same");
});

/// By the standard library's words, which are not those of the rules under test.
fn public(ip: Ipv4Addr) -> bool {
    let [first, second, ..] = ip.octets();
    let shared = first == 100 && (64..128).contains(&second);
    let benchmarks = first == 198 && (second == 18 || second == 19);
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || first == 0
        || first >= 240
        || shared
        || benchmarks)
}
