//! The key of this installation: given by the operator, or a file made at first start.

use crate::{Generator, OpenError};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use sha2::{Digest as _, Sha256};
use std::{
    fs, io,
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// 32 bytes that seal all secrets.
pub(crate) struct Key(Zeroizing<[u8; 32]>);

impl Key {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }
    pub(crate) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
    /// Tells keys apart; says nothing about the key.
    pub(crate) fn id(&self) -> String {
        hex::encode(
            &Sha256::new().chain_update(b"crier key id").chain_update(self.0.as_slice()).finalize()[..4],
        )
    }

    /// Where the key is.
    pub(crate) fn file(data_dir: &Path) -> PathBuf {
        data_dir.join("crier.key")
    }

    /// Where the key is that takes its place, until everything is sealed with that.
    pub(crate) fn next_file(data_dir: &Path) -> PathBuf {
        data_dir.join("crier.key.next")
    }

    /// The key in the file of `data_dir`; one that is missing is made, its file for the owner only.
    ///
    /// # Errors
    /// The file can't be made, and those of [`Key::read`].
    pub(crate) fn made_in_file(data_dir: &Path, generator: &Generator) -> Result<Self, OpenError> {
        Self::read_or_make(&Self::file(data_dir), generator)
    }

    /// The key that takes its place, made when it is missing.
    ///
    /// # Errors
    /// As [`Key::made_in_file`].
    pub(crate) fn made_next_in_file(data_dir: &Path, generator: &Generator) -> Result<Self, OpenError> {
        Self::read_or_make(&Self::next_file(data_dir), generator)
    }

    /// Puts the file of the next key in the place of the key's own: the old key is gone.
    ///
    /// # Errors
    /// The directory can't be written to.
    pub(crate) fn take_place(data_dir: &Path) -> Result<(), OpenError> {
        let (file, next) = (Self::file(data_dir), Self::next_file(data_dir));
        let moved = fs::rename(&next, &file).and_then(|()| fs::File::open(data_dir)?.sync_all());
        moved.map_err(|error| {
            let next = next.display();
            let then = "everything is sealed by now with the key in";
            problem(&file, &format!("{error}; {then} {next}: put that in its place by hand"))
        })
    }

    fn read_or_make(path: &Path, generator: &Generator) -> Result<Self, OpenError> {
        match path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| Self::make(path, generator)) {
            // Somebody else did, perhaps just now.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            made => return made.map_err(|error| problem(path, &error)),
        }
        Self::read(path)?.ok_or_else(|| problem(path, &"it was taken away just now"))
    }

    /// The key in a file; `None` when there is no file.
    ///
    /// # Errors
    /// The file can't be read, or does not hold 32 bytes in base64.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, OpenError> {
        let text = match fs::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(problem(path, &error)),
        };
        let mode = fs::metadata(path).map_err(|error| problem(path, &error))?.permissions().mode();
        if mode & 0o077 != 0 {
            let name = path.display();
            tracing::warn!("others on this machine may read the key: run chmod 600 {name}");
        }
        let key = Self::parse(&text).ok_or_else(|| problem(path, &"does not hold 32 bytes in base64"))?;
        Ok(Some(key))
    }

    /// Reads 32 bytes in base64.
    fn parse(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64_STANDARD.decode(text.trim()).ok()?);
        Some(Self::new(bytes.as_slice().try_into().ok()?))
    }

    /// Makes a new key and writes it: whole under another name first, so that nobody reads a part.
    fn make(path: &Path, generator: &Generator) -> io::Result<Self> {
        if path.exists() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let key = Self::new(generator.bytes());
        let draft = path.with_extension(format!("{}.new", generator.hex::<8>()));
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
        file.write_all(BASE64_STANDARD.encode(key.bytes()).as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        // A link fails when another process was first; renaming would replace its key.
        let linked = fs::hard_link(&draft, path);
        fs::remove_file(&draft)?;
        linked?;
        // The database is about to hang on it.
        path.parent().map_or(Ok(()), |folder| fs::File::open(folder)?.sync_all())?;
        Ok(key)
    }
}

fn problem(path: &Path, reason: &dyn std::fmt::Display) -> OpenError {
    OpenError::File { path: path.display().to_string(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Clock;

    #[test]
    fn the_file_is_made_once_and_for_its_owner_only() {
        let folder = std::env::temp_dir().join(format!("crier-key-{}", std::process::id()));
        let generator = Generator::system(Clock::system());
        let file = Key::file(&folder);
        assert!(Key::read(&file).expect("none").is_none());
        let made = Key::made_in_file(&folder, &generator).expect("made");
        let again = Key::made_in_file(&folder, &generator).expect("read");
        let read = Key::read(&file).expect("read").expect("a key");
        assert_eq!(made.bytes(), again.bytes());
        assert_eq!(made.bytes(), read.bytes());
        assert_eq!(made.id(), read.id());
        let mode = fs::metadata(&file).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        fs::write(&file, "short").expect("written");
        assert!(Key::read(&file).is_err());
        assert!(Key::made_in_file(&folder, &generator).is_err());
        fs::remove_dir_all(folder).expect("removed");
    }
}
