//! Imports go one way: `domain` ← `store` ← `engine` ← `app` (server half) ← `server`; the browser reaches
//! `app` and `domain` only; one TLS provider.

use anyhow::Result;

use crate::run;

/// Each crate with the crates of ours that it may name as a direct dependency, and the features to look at.
const ALLOWED: [(&str, &[&str], &str); 9] = [
    ("domain", &[], "server"),
    ("store", &["domain"], ""),
    ("engine", &["store", "domain"], ""),
    ("app", &["engine", "domain"], "ssr,hydrate"),
    ("server", &["app", "engine", "domain"], ""),
    ("frontend", &["app", "domain"], ""),
    ("xtask", &[], ""),
    ("bench", &[], ""),
    ("torture", &[], ""),
];

/// A second TLS provider, or C libraries of the system.
const BANNED: [&str; 5] = ["ring", "openssl", "openssl-sys", "native-tls", "rsa"];

/// Asks cargo what the crates depend on, and judges.
pub(super) fn check() -> Result<Vec<String>> {
    let mut broken = Vec::new();
    for (package, allowed, features) in ALLOWED {
        let tree = tree(&[
            "--package",
            package,
            "--features",
            features,
            "--depth=1",
            "--edges=all",
            "--target=all",
        ])?;
        broken.extend(direct(package, allowed, &tree));
    }
    let browser = ["--package", "frontend", "--target=wasm32-unknown-unknown", "--edges=normal"];
    broken.extend(reaches(
        &tree(&browser)?,
        "the browser half",
        &["store", "engine", "server", "tokio", "sqlx", "axum"],
    ));
    let server = ["--package", "server", "--edges=normal"];
    broken.extend(reaches(&tree(&server)?, "the server", &BANNED));
    Ok(broken)
}

/// The names in a dependency tree, one a line.
fn tree(args: &[&str]) -> Result<String> {
    run::output(run::cargo().args(["tree", "--quiet", "--prefix=none", "--format={p}"]).args(args))
}

fn names(tree: &str) -> impl Iterator<Item = &str> {
    tree.lines().filter_map(|line| line.split(' ').next()).filter(|name| !name.is_empty())
}

/// Direct dependencies on crates of ours that are not allowed.
fn direct(package: &str, allowed: &[&str], tree: &str) -> Vec<String> {
    let ours = |name: &&str| ALLOWED.iter().any(|(package, ..)| package == name);
    let wrong = names(tree).filter(ours).filter(|name| *name != package && !allowed.contains(name));
    wrong.map(|name| format!("{package} depends on {name}")).collect()
}

/// Banned crates anywhere in a tree.
fn reaches(tree: &str, who: &str, banned: &[&str]) -> Vec<String> {
    let found = banned.iter().filter(|banned| names(tree).any(|name| name == **banned));
    found.map(|name| format!("{who} reaches {name}: `cargo tree -i {name}` says why")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str =
        "server v0.1.0 (/x)\napp v0.1.0 (/x)\nstore v0.1.0 (/x)\nring v0.17.0\n\nanyhow v1.0.0 (*)\n";

    #[test]
    fn refuses_a_direct_dependency() {
        assert_eq!(direct("server", &["app"], TREE), ["server depends on store"]);
        assert!(direct("server", &["app", "store"], TREE).is_empty());
    }

    #[test]
    fn refuses_a_banned_crate() {
        assert_eq!(reaches(TREE, "the server", &BANNED).len(), 1);
        assert!(reaches("serde v1.0.0\nring-buffer v1.0.0\n", "the server", &BANNED).is_empty());
    }

    #[test]
    fn asks_cargo_for_names() {
        let tree = tree(&["--package", "xtask", "--depth=1"]).unwrap();
        assert!(names(&tree).any(|name| name == "wasm-bindgen-cli-support"), "{tree}");
    }
}
