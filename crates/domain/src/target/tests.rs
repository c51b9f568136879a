use super::*;
use proptest::prelude::*;

fn nets(list: &[&str]) -> Vec<IpNet> {
    list.iter().map(|net| net.parse().expect("a network")).collect()
}

fn parse(text: &str) -> Result<Target, Refusal> {
    Target::parse(text, &[])
}

/// Hosts that lead into the machine or its network, as attackers spell them.
const HOSTS: &str = "127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 127.0.0.1. %31%32%37.0.0.1 ①②⑦.⓪.⓪.① \
    0 0.0.0.0 169.254.169.254 0xA9.0xFE.0xA9.0xFE 168.63.129.16 100.100.100.200 10.0.0.1 172.31.255.255 \
    100.64.0.1 192.0.0.8 192.88.99.1 198.18.0.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 [::1] [::] \
    [::ffff:127.0.0.1] [::127.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::a9fe:a9fe] [2002:a9fe:a9fe::1] \
    [2001:0:a9fe:a9fe::1] [fe80::1] [fc00::1] [fec0::1] [ff02::1] [2001:db8::1] localhost foo.localhost \
    LOCALHOST. metadata.google.internal metadata.google.internal. ｌｏｃａｌｈｏｓｔ 192.168.0.1 172.16.0.1 \
    [64:ff9b:1::7f00:1] [3fff::1] [::ffff:8.8.8.8] [100::1] 127.0.0.1:8080 [::1]:443";

#[test]
fn every_vector_is_refused() {
    for host in HOSTS.split_whitespace() {
        for scheme in ["http", "https"] {
            let url = format!("{scheme}://{host}/hook");
            let refusal = parse(&url).expect_err(&url);
            assert!(matches!(refusal, Refusal::Address(_) | Refusal::Name(_)), "{url}: {refusal}");
        }
    }
    let urls = [
        "http://example.com@127.0.0.1/",
        "http://127.0.0.1\\@example.com/",
        "http:127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_INFO",
        "https://example.com:25/",
        "https://example.com:0/",
        "https://user:password@example.com/",
        "https://user@example.com/",
        "http://127.0.0.1\n.example.com@10.0.0.1/",
        "javascript:alert(1)",
        "data:text/plain,x",
        "//example.com/",
        "example.com",
        "https://",
        "https://./",
        "http://127.0.0.1../",
        "http://localhost../",
        "https://a..example.com/",
        "https://.example.com/",
        "",
    ];
    for url in urls {
        assert!(parse(url).is_err(), "{url}");
    }
    let path = MAX_URL - "https://example.com/".len();
    // As it was typed, and as it is read.
    for long in ["a".repeat(path + 1), "ö".repeat(MAX_URL / 4), "./".repeat(MAX_URL / 2)] {
        assert_eq!(parse(&format!("https://example.com/{long}")), Err(Refusal::TooLong));
    }
    assert!(parse(&format!("https://example.com/{}", "a".repeat(path))).is_ok());
}

#[test]
fn the_internet_is_allowed() {
    let urls = [
        "http://8.8.8.8/",
        "https://[2606:4700:4700::1111]/",
        "https://example.com/hook?a=b#c",
        "https://example.com:8443/",
        "http://localhost.example.com/",
        "https://internal.example.com/",
        "https://notlocalhost/",
        "https://bücher.example/",
        "http://[64:ff9b::8.8.8.8]/",
    ];
    for url in urls {
        assert!(parse(url).is_ok(), "{url}");
    }
}

#[test]
fn says_where_it_goes() {
    let target = parse("HTTPS://EXAMPLE.com/a").expect("allowed");
    assert_eq!(target.host(), &Host::Domain("example.com".to_owned()));
    assert_eq!((target.port(), target.is_https()), (443, true));
    assert_eq!(target.url().as_str(), "https://example.com/a");
    assert_eq!(parse("http://8.8.8.8:81/").map(|t| (t.port(), t.is_https())), Ok((81, false)));
}

#[test]
fn an_operator_lets_networks_pass() {
    let loopback = nets(&["127.0.0.0/8"]);
    for url in ["http://127.0.0.1:3000/", "http://localhost:3000/", "http://a.localhost/", "http://0x7f.1/"] {
        assert!(Target::parse(url, &loopback).is_ok(), "{url}");
    }
    for url in ["http://10.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://0.0.0.0/"] {
        assert!(Target::parse(url, &loopback).is_err(), "{url}");
    }
    let private = nets(&["10.0.0.0/8", "fd00::/8"]);
    for url in
        ["http://10.9.8.7/", "http://[fd00::1]/", "http://hr.corp.internal/", "http://[64:ff9b::a00:1]/"]
    {
        assert!(Target::parse(url, &private).is_ok(), "{url}");
    }
    for url in ["http://localhost/", "http://172.16.0.1/", "http://10.0.0.1:25/", "http://a@10.0.0.1/"] {
        assert!(Target::parse(url, &private).is_err(), "{url}");
    }
}

/// The first and the last address of each range, and their neighbours outside.
#[test]
fn ranges_begin_and_end_where_the_registry_says() {
    let check = |ip: &str, allowed: bool| {
        assert_eq!(address_allowed(ip.parse().expect(ip), &[]), allowed, "{ip}");
    };
    let refused = [
        ("0.0.0.0", "0.255.255.255"),
        ("10.0.0.0", "10.255.255.255"),
        ("100.64.0.0", "100.127.255.255"),
        ("127.0.0.0", "127.255.255.255"),
        ("168.63.129.16", "168.63.129.16"),
        ("169.254.0.0", "169.254.255.255"),
        ("172.16.0.0", "172.31.255.255"),
        ("192.0.0.0", "192.0.0.8"),
        ("192.0.0.11", "192.0.0.255"),
        ("192.0.2.0", "192.0.2.255"),
        ("192.88.99.0", "192.88.99.255"),
        ("192.168.0.0", "192.168.255.255"),
        ("198.18.0.0", "198.19.255.255"),
        ("198.51.100.0", "198.51.100.255"),
        ("203.0.113.0", "203.0.113.255"),
        ("224.0.0.0", "255.255.255.255"),
        ("2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("::", "64:ff9a:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("64:ff9b:0:0:0:1::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
        ("4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    ];
    for (first, last) in refused {
        check(first, false);
        check(last, false);
    }
    let allowed = "1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 \
        168.63.129.15 168.63.129.17 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 191.255.255.255 \
        192.0.0.9 192.0.0.10 192.0.1.0 192.0.3.0 192.31.196.1 192.52.193.1 192.88.98.255 192.88.100.0 \
        192.167.255.255 192.169.0.0 192.175.48.1 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0 \
        203.0.112.255 203.0.114.0 223.255.255.255 2000:: 2001:200:: 2001:db7:ffff:: 2001:db9:: 2003:: 3ffe:: \
        3fff:1000:: 3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 64:ff9b::808:808";
    for ip in allowed.split_whitespace() {
        check(ip, true);
    }
}

#[test]
fn own_test_receivers() {
    let id = "bin_0123456789abcdef0123456789abcdef";
    let origin = Url::parse("http://127.0.0.1:3000").expect("a URL");
    let own = |url: String| is_own_bin(&Url::parse(&url).expect("a URL"), &origin);
    assert_eq!(own(format!("http://127.0.0.1:3000/bin/{id}")).as_deref(), Some(id));
    assert_eq!(own(format!("http://127.0.0.1:3000/bin/{id}?a=b")).as_deref(), Some(id));
    assert_eq!(own(format!("http://127.1:3000/bin/{id}")).as_deref(), Some(id));
    for other in [
        format!("https://127.0.0.1:3000/bin/{id}"),
        format!("http://127.0.0.1:3001/bin/{id}"),
        format!("http://localhost:3000/bin/{id}"),
        format!("http://a:b@127.0.0.1:3000/bin/{id}"),
        format!("http://127.0.0.1:3000/bin/{id}/"),
        format!("http://127.0.0.1:3000/bin/{id}/../../api/v1/keys"),
        format!("http://127.0.0.1:3000/x/bin/{id}"),
        format!("http://127.0.0.1:3000//bin/{id}"),
        format!("http://127.0.0.1:3000/bin/{}", id.to_uppercase()),
        format!("http://127.0.0.1:3000/bin/{}", &id[..id.len() - 1]),
        format!("http://127.0.0.1:3000/bin/{}g", &id[..id.len() - 1]),
        "http://127.0.0.1:3000/bin/".to_owned(),
        "http://127.0.0.1:3000/api/v1/keys".to_owned(),
        format!("data:http://127.0.0.1:3000/bin/{id}"),
    ] {
        assert_eq!(own(other.clone()), None, "{other}");
    }
}

/// `ip` in every way that IPv6 has to hold an IPv4 address.
fn embeddings(ip: Ipv4Addr) -> Vec<Ipv6Addr> {
    let bits = u128::from(ip.to_bits());
    let at = |prefix: &str, shift: u32| {
        let prefix: Ipv6Addr = prefix.parse().expect("an address");
        Ipv6Addr::from_bits(prefix.to_bits() | (bits << shift))
    };
    let teredo_client = u128::from(!ip.to_bits());
    vec![
        at("::", 0),           // IPv4-compatible
        at("::ffff:0:0", 0),   // IPv4-mapped
        at("::ffff:0:0:0", 0), // IPv4-translated, RFC 2765
        at("64:ff9b::", 0),    // NAT64
        at("64:ff9b:1::", 0),  // local-use NAT64, RFC 8215
        at("2002::", 80),      // 6to4
        at("2001::", 64),      // Teredo server
        Ipv6Addr::from_bits("2001::".parse::<Ipv6Addr>().expect("an address").to_bits() | teredo_client),
        at("fe80::5efe:0:0", 0),     // ISATAP
        at("fe80::200:5efe:0:0", 0), // ISATAP, public
    ]
}

proptest! {
    #[test]
    fn no_embedding_is_kinder_than_the_address_inside(bits: u32) {
        let ip = Ipv4Addr::from_bits(bits);
        let inside = address_allowed(ip.into(), &[]);
        for outside in embeddings(ip) {
            prop_assert!(inside || !address_allowed(outside.into(), &[]), "{}", outside);
            let literal = parse(&format!("http://[{outside}]/")).is_ok();
            prop_assert_eq!(literal, address_allowed(outside.into(), &[]));
        }
    }

    #[test]
    fn a_literal_is_judged_as_its_address(bits: u32) {
        let ip = Ipv4Addr::from_bits(bits);
        let allowed = address_allowed(ip.into(), &[]);
        let [a, b, c, d] = ip.octets();
        let spellings =
            [format!("{ip}"), format!("{bits}"), format!("{bits:#x}"), format!("0{a:o}.0x{b:x}.{}", u16::from_be_bytes([c, d]))];
        for host in spellings {
            prop_assert_eq!(parse(&format!("http://{host}/")).is_ok(), allowed, "{}", host);
        }
    }

    #[test]
    fn private_stays_private(a in 0..=255u8, b in 0..=255u8, c in 0..=255u8) {
        for ip in [[10, a, b, c], [127, a, b, c], [192, 168, a, b], [169, 254, a, b], [172, 16 | (a & 15), b, c]] {
            prop_assert!(!address_allowed(IpAddr::from(ip), &[]));
        }
    }

    #[test]
    fn any_text_is_judged_without_panic(text: String) {
        let _ = parse(&text);
        let _ = parse(&format!("http://{text}/"));
    }
}
