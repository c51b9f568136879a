//! URLs that lead inside, as attackers spell them. The rules in `domain::target` decide; this list is from
//! advisories about other programs.

/// Hosts that must be refused in any URL.
const HOSTS: &str = "127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 127.0.0.1. %31%32%37.0.0.1 ①②⑦.⓪.⓪.① \
    0 0.0.0.0 169.254.169.254 0xA9.0xFE.0xA9.0xFE 168.63.129.16 100.100.100.200 10.0.0.1 172.31.255.255 \
    192.168.0.1 100.64.0.1 192.0.0.8 192.88.99.1 198.18.0.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255 \
    [::1] [::] [::ffff:127.0.0.1] [::127.0.0.1] [::ffff:0:127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::7f00:1] \
    [2002:a9fe:a9fe::1] [2001:0:a9fe:a9fe::1] [fe80::1] [fc00::1] [fec0::1] [ff02::1] [2001:db8::1] [3fff::1] \
    localhost LOCALHOST. foo.localhost ｌｏｃａｌｈｏｓｔ metadata.google.internal metadata.google.internal.";

/// Whole URLs that must be refused.
const URLS: [&str; 9] = [
    "http://example.com@127.0.0.1/",
    "http://127.0.0.1\\@example.com/",
    "http:127.0.0.1/",
    "http:\\\\127.0.0.1\\",
    "http://127.0.0.1\n.example.com@10.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "https://example.com:25/",
    "http://8.8.8.8:0/",
];

/// All of them.
pub(crate) fn forbidden() -> Vec<String> {
    let both = |host| ["http", "https"].map(|scheme| format!("{scheme}://{host}/hook"));
    HOSTS.split_whitespace().flat_map(both).chain(URLS.map(str::to_owned)).collect()
}

/// Literal addresses that must be reached.
pub(crate) const ALLOWED: [&str; 2] = ["http://8.8.8.8/hook", "http://[2606:4700:4700::1111]/hook"];
