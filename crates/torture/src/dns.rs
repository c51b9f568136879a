//! A small DNS server (RFC 1035) with the names that attackers keep.

use crate::dice::Dice;
use anyhow::Result;
use std::net::{IpAddr, Ipv4Addr};
use tokio::net::UdpSocket;

/// A name that leads to a good address or to our own machine by chance, with a lifetime of 0. Not by turns: a harness
/// that looks it up in a rhythm would ask some places for the one address only.
pub(crate) const REBINDING: &str = "rebind.test";

/// Names with their addresses; where there is a second name, the first is an alias of it.
const NAMES: [(&str, Option<&str>, &[&str]); 12] = [
    ("good.test", None, &["8.8.8.8"]),
    ("good6.test", None, &["2606:4700:4700::1111"]),
    ("good-alias.test", Some("good.test"), &["8.8.8.8"]),
    ("inner.test", None, &["127.0.0.1"]),
    ("inner6.test", None, &["::1"]),
    ("mapped.test", None, &["::ffff:127.0.0.1"]),
    ("mixed.test", None, &["8.8.8.8", "10.0.0.1"]),
    ("mixed6.test", None, &["8.8.8.8", "fc00::1"]),
    ("metadata.test", None, &["169.254.169.254"]),
    ("alias.test", Some("inner.test"), &["127.0.0.1"]),
    ("alias-metadata.test", Some("metadata.google.internal"), &["169.254.169.254"]),
    ("nat64.test", None, &["64:ff9b::a9fe:a9fe"]),
];

/// Names whose every look-up must be refused.
pub(crate) const FORBIDDEN: [&str; 9] = [
    "inner.test",
    "inner6.test",
    "mapped.test",
    "mixed.test",
    "mixed6.test",
    "metadata.test",
    "alias.test",
    "alias-metadata.test",
    "nat64.test",
];

/// Names that lead to the internet.
pub(crate) const ALLOWED: [&str; 3] = ["good.test", "good6.test", "good-alias.test"];

const A: u16 = 1;
const CNAME: u16 = 5;
const AAAA: u16 = 28;

#[derive(Debug)]
pub(crate) struct Dns {
    dice: Dice,
}

impl Dns {
    /// Answers at the address that `resolv.conf` names.
    pub(crate) async fn start(dice: Dice) -> Result<()> {
        let dns = Self { dice };
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 53)).await?;
        tokio::spawn(async move {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
                if let Some(answer) = dns.answer(&buffer[..length]) {
                    let _ = socket.send_to(&answer, from).await;
                }
            }
        });
        Ok(())
    }

    fn answer(&self, question: &[u8]) -> Option<Vec<u8>> {
        let (name, end) = name(question.get(12..)?)?;
        let end = 12 + end;
        let kind = u16::from_be_bytes(question.get(end..end + 2)?.try_into().ok()?);
        let (alias, addresses) = self.look_up(&name);
        let mut records = Vec::new();
        let mut count = 0;
        // The owner of the addresses: the question's name, or the alias' target.
        let mut owner = vec![0xc0, 12];
        if let Some(alias) = alias {
            record(&mut records, &owner, CNAME, &labels(alias));
            owner = labels(alias);
            count += 1;
        }
        for address in addresses {
            match address {
                IpAddr::V4(ip) if kind == A => record(&mut records, &owner, A, &ip.octets()),
                IpAddr::V6(ip) if kind == AAAA => record(&mut records, &owner, AAAA, &ip.octets()),
                _ => continue,
            }
            count += 1;
        }
        let mut answer = question[..2].to_vec();
        // An answer with authority; recursion was asked for and is available.
        answer.extend([0x85, 0x80, 0, 1, 0, count, 0, 0, 0, 0]);
        answer.extend(question.get(12..end + 4)?);
        answer.extend(records);
        Some(answer)
    }

    fn look_up(&self, name: &str) -> (Option<&'static str>, Vec<IpAddr>) {
        if name == REBINDING {
            let ip = if self.dice.chance(50) { Ipv4Addr::new(8, 8, 8, 8) } else { Ipv4Addr::LOCALHOST };
            return (None, vec![ip.into()]);
        }
        let found = NAMES.iter().find(|(own, ..)| *own == name);
        let (_, alias, addresses) = found.copied().unwrap_or_default();
        (alias, addresses.iter().filter_map(|ip| ip.parse().ok()).collect())
    }
}

/// A name in dots, and where it ends.
fn name(bytes: &[u8]) -> Option<(String, usize)> {
    let (mut at, mut parts) = (0, Vec::new());
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1;
        if length == 0 {
            return Some((parts.join(".").to_ascii_lowercase(), at));
        }
        parts.push(String::from_utf8_lossy(bytes.get(at..at + length)?).into_owned());
        at += length;
    }
}

fn labels(name: &str) -> Vec<u8> {
    let part = |part: &str| [&[part.len() as u8], part.as_bytes()].concat();
    name.split('.').flat_map(part).chain([0]).collect()
}

/// Class IN, lifetime 0.
fn record(records: &mut Vec<u8>, owner: &[u8], kind: u16, data: &[u8]) {
    records.extend(owner);
    records.extend(kind.to_be_bytes());
    records.extend([0, 1, 0, 0, 0, 0]);
    records.extend((data.len() as u16).to_be_bytes());
    records.extend(data);
}
