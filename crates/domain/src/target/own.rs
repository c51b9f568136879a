//! URLs of Crier's own test receivers, which are answered inside the process and never dialled.

use url::Url;

/// The test receiver that `url` names, if it is of exactly the public URL's origin and its path is
/// `/bin/{id}`. A query is allowed: GET deliveries append one.
#[must_use]
pub fn is_own_bin(url: &Url, public_origin: &Url) -> Option<String> {
    let same = matches!(url.scheme(), "http" | "https")
        && url.origin() == public_origin.origin()
        && url.username().is_empty()
        && url.password().is_none();
    let id = url.path().strip_prefix("/bin/").filter(|_| same)?;
    let hex = id.strip_prefix("bin_")?;
    let well_formed = hex.len() == 32 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    well_formed.then(|| id.to_owned())
}
