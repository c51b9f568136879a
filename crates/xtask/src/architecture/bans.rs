//! The bans of `clippy.toml` and the workspace's lints table hold for every crate.

use super::Source;

/// The calls that stay banned: time, randomness and dialling have one place each.
const CALLS: [&str; 5] = [
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "jiff::Timestamp::now",
    "getrandom::fill",
    "tokio::net::TcpStream::connect",
];

/// Bans that vanished from `clippy.toml`, or have no reason there.
pub(super) fn check(clippy: &str) -> Vec<String> {
    let missing = CALLS.iter().filter(|call| {
        let line = clippy.lines().find(|line| line.contains(&format!("path = \"{call}\"")));
        !line.is_some_and(|line| line.contains("reason = \"") && !line.trim_start().starts_with('#'))
    });
    missing.map(|call| format!("clippy.toml: {call} must stay banned, with a reason")).collect()
}

/// A source that allows itself a banned call and does not say why.
pub(super) fn excuse(source: &Source) -> Vec<String> {
    // The tests of this rule hold an excuse without a reason.
    if source.path == "crates/xtask/src/architecture/bans.rs" {
        return Vec::new();
    }
    let allowed = source.text.match_indices("clippy::disallowed_methods");
    let silent = allowed.filter(|(at, _)| {
        let start = source.text[..*at].rfind("#[").or_else(|| source.text[..*at].rfind("#!["));
        let attribute = start.and_then(|start| source.text[start..].split_once(")]"));
        source.path.ends_with(".rs")
            && attribute.is_some_and(|(text, _)| is_allowance(text) && !text.contains("reason"))
    });
    silent.map(|_| format!("{}: a banned call is allowed without a reason", source.path)).collect()
}

fn is_allowance(attribute: &str) -> bool {
    attribute.contains("allow(") || attribute.contains("expect(")
}

/// A crate that leaves the workspace's lints.
pub(super) fn lints(path: &str, manifest: &str) -> Option<String> {
    let kept = manifest
        .split_once("[lints]")
        .is_some_and(|(_, rest)| rest.trim_start().starts_with("workspace = true"));
    (!kept).then(|| format!("{path}: [lints] workspace = true is missing"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ban_must_stay_and_say_why() {
        let line = |call: &str| format!("  {{ path = \"{call}\", reason = \"because\" }},\n");
        let all = CALLS.map(line).concat();
        assert!(check(&all).is_empty());
        assert_eq!(check(&all.replace(&line(CALLS[2]), "")).len(), 1);
        assert_eq!(check(&all.replace(", reason = \"because\"", "")).len(), CALLS.len());
    }

    #[test]
    fn an_excuse_needs_a_reason() {
        let source = |text: &str| Source { path: "a.rs".into(), text: text.into() };
        assert_eq!(excuse(&source("#[allow(clippy::disallowed_methods)]\nfn f() {}")).len(), 1);
        assert!(
            excuse(&source("#[allow(clippy::disallowed_methods, reason = \"x\")]\nfn f() {}")).is_empty()
        );
    }

    #[test]
    fn a_crate_must_keep_the_lints() {
        assert_eq!(lints("a", "[lints]\nworkspace = true\n"), None);
        assert!(lints("a", "[package]\nname = \"a\"\n").is_some());
        assert!(lints("a", "[lints.rust]\nworkspace = true\n").is_some());
    }
}
