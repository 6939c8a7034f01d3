//! The bytes of a file, mapped into memory where it is large.

use memmap2::Mmap;
use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

/// Files from this size on are mapped, bytes.
const MAPPED_FROM: u64 = 16 << 20;

/// The contents of a file.
pub enum Bytes {
    /// Read.
    Read(Vec<u8>),
    /// Mapped.
    Mapped(Mmap),
}

impl Bytes {
    /// Opens a regular file.
    pub fn open(path: &Path) -> io::Result<Bytes> {
        // opening a pipe would wait for its writer
        let facts = std::fs::metadata(path)?;
        if !facts.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        let mut file = File::open(path)?;
        if facts.len() >= MAPPED_FROM {
            // SAFETY: the map is read as plain bytes, of which every pattern is valid. A file that another program
            // shortens meanwhile ends this one by a signal, as with every mapped file; nothing is written.
            return unsafe { Mmap::map(&file) }.map(Bytes::Mapped);
        }
        let mut bytes = Vec::with_capacity(facts.len() as usize);
        file.by_ref().take(MAPPED_FROM).read_to_end(&mut bytes)?;
        Ok(Bytes::Read(bytes))
    }
}

impl Deref for Bytes {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Bytes::Read(bytes) => bytes,
            Bytes::Mapped(map) => map,
        }
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

/// Why a file cannot be read, in words that do not depend on the system.
pub fn reason(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::NotFound => "there is no such file".into(),
        io::ErrorKind::PermissionDenied => "permission denied".into(),
        io::ErrorKind::IsADirectory => "it is a folder".into(),
        _ => cause.to_string(),
    }
}
