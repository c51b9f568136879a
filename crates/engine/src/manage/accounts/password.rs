//! Passwords at rest: argon2id with 19 MiB, two passes, one lane (OWASP's advice), off the async
//! threads, and never more at once than there are processors, so that memory stays bounded.

use crate::Error;
use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use domain::invalid::Invalid;
use std::sync::{Arc, LazyLock};
use tokio::sync::Semaphore;
use zeroize::Zeroizing;

const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Verified for accounts that do not exist: takes as long as a real one and is nobody's password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$Fm7p8Vp0zPS7aS4pC3Q1x1r0n8r5mZ2c0wF4m0p3w8M";

/// The fewest characters of a password.
const SHORTEST: usize = 10;
/// The most characters of a password.
const LONGEST: usize = 200;

/// How many passwords may be computed at once in this process.
static AT_ONCE: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    Arc::new(Semaphore::new(std::thread::available_parallelism().map_or(1, std::num::NonZero::get)))
});

/// Adds to `invalid`, at `field`, what is wrong with a new password.
pub(super) fn check(invalid: &mut Invalid, field: &str, password: &str) {
    let length = password.chars().count();
    if length < SHORTEST {
        invalid.push(field, "A password has at least 10 characters.");
    } else if length > LONGEST {
        invalid.push(field, "A password has at most 200 characters.");
    }
}

/// The PHC string of `password` with a fresh `salt`.
pub(super) async fn hash(password: &str, salt: [u8; 16]) -> Result<String, Error> {
    let password = Zeroizing::new(password.to_owned());
    compute(move || {
        let hash: PasswordHash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt)?;
        Ok(hash.to_string())
    })
    .await
}

/// Whether `password` is the one of `hash`. Without a hash it takes as long and says no.
pub(super) async fn verify(password: &str, hash: Option<String>) -> Result<bool, Error> {
    let password = Zeroizing::new(password.to_owned());
    compute(move || {
        let known = hash.is_some();
        let hash = hash.as_deref().unwrap_or(NOBODY);
        let hash = PasswordHash::new(hash).map_err(argon2::password_hash::Error::from)?;
        Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok() && known)
    })
    .await
}

fn argon2() -> argon2::password_hash::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> argon2::password_hash::Result<T> + Send + 'static,
) -> Result<T, Error> {
    let permit = AT_ONCE.clone().acquire_owned().await;
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    })
    .await;
    match done {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => {
            tracing::error!(%error, "a password could not be computed");
            Err(Error::Internal)
        }
        Err(error) => {
            tracing::error!(%error, "a password could not be computed");
            Err(Error::Internal)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_verifies_and_another_does_not() {
        let stored = hash("correct horse", [7; 16]).await.expect("argon2 works");
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(verify("correct horse", Some(stored.clone())).await.expect("argon2 works"));
        assert!(!verify("correct horsE", Some(stored)).await.expect("argon2 works"));
        assert!(!verify("correct horse", None).await.expect("argon2 works"));
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        let nobody = PasswordHash::new(NOBODY).expect("a PHC string");
        assert_eq!(
            Params::try_from(&nobody).map(|p| (p.m_cost(), p.t_cost(), p.p_cost())),
            Ok((19_456, 2, 1))
        );
        assert_eq!(nobody.hash.map(|h| h.len()), Some(32));
    }

    #[test]
    fn lengths_count_characters() {
        for (password, wrong) in [("äöüäöüäöü", true), ("äöüäöüäöüä", false), (&"x".repeat(201), true)]
        {
            let mut invalid = Invalid::default();
            check(&mut invalid, "password", password);
            assert_eq!(invalid.at("password").is_some(), wrong, "{password}");
        }
    }
}
