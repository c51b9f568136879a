//! What a disk holds after its power was cut: the notes of `preload/disk.c`, played up to their end. What a
//! finished sync covers is there for certain; of the rest, a disk keeps what it likes, in any order, and parts
//! of a write by sectors.

use crate::dice::Dice;
use anyhow::{Context as _, Result, bail};
use std::collections::{BTreeMap, HashMap};

/// A file of the database by the number that `disk.c` gives it.
pub(crate) type File = u8;
/// A folder is synced so that names in it come and go for certain.
const FOLDER: File = 4;
const MAGIC: u32 = 0x4352_4945;
const HEAD: usize = 32;
/// Disks write these whole or not at all.
const SECTOR: usize = 512;

/// The contents of the files that exist.
pub(crate) type Contents = BTreeMap<File, Vec<u8>>;

/// What became of it.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) contents: Contents,
    /// Syncs that had ended.
    pub(crate) syncs: u64,
    /// Changes that no sync covered.
    pub(crate) unsynced: u64,
    /// Whether a sync was under way.
    pub(crate) inside_sync: bool,
    /// Writes to the database file itself: a checkpoint was made.
    pub(crate) checkpointed: bool,
}

enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

/// One file, whatever its name is: what is certain, and what is not yet.
#[derive(Default)]
struct Node {
    certain: Vec<u8>,
    unsure: Vec<(u64, Change)>,
}

/// A name that came (with its file) or went.
struct Naming {
    at: u64,
    file: File,
    node: Option<usize>,
}

#[derive(Default)]
struct State {
    nodes: Vec<Node>,
    by_inode: HashMap<u64, usize>,
    names: BTreeMap<File, usize>,
    unsure: Vec<Naming>,
    /// Begun syncs by their number: what they cover, and up to when.
    begun: HashMap<u64, (File, u64, u64)>,
    outcome: Outcome,
}

/// Plays `notes` on the files as they were before, each with its inode; `keep` is how many of 100 unsynced
/// changes the disk kept.
pub(crate) fn cut(
    before: &BTreeMap<File, (u64, Vec<u8>)>,
    notes: &[u8],
    keep: u64,
    dice: &Dice,
) -> Result<Outcome> {
    let mut state = State::default();
    for (file, (inode, content)) in before {
        let node = state.add(*inode);
        state.nodes[node].certain.clone_from(content);
        state.names.insert(*file, node);
    }
    let (mut rest, mut at) = (notes, 0);
    // The last note may have been cut off with the process.
    while rest.len() >= HEAD {
        let number = |from: usize| u64::from_le_bytes(rest[from..from + 8].try_into().unwrap_or_default());
        let magic = u32::from_le_bytes(rest[..4].try_into().unwrap_or_default());
        if magic != MAGIC {
            bail!("the notes of the disk can't be read");
        }
        let (what, file, inode, offset, length) = (rest[4], rest[5], number(8), number(16), number(24));
        let data = if what == b'W' { usize::try_from(length)? } else { 0 };
        let Some(bytes) = rest.get(HEAD..HEAD + data) else { break };
        state.note(at, what, file, inode, offset, bytes)?;
        rest = &rest[HEAD + data..];
        at += 1;
    }
    Ok(state.end(keep, dice))
}

impl State {
    fn add(&mut self, inode: u64) -> usize {
        self.nodes.push(Node::default());
        // A number may be used again after its file is gone.
        self.by_inode.insert(inode, self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    fn node(&mut self, inode: u64) -> Result<&mut Node> {
        let node = self.by_inode.get(&inode).context("a file that the notes do not know")?;
        Ok(&mut self.nodes[*node])
    }

    fn note(&mut self, at: u64, what: u8, file: File, inode: u64, offset: u64, bytes: &[u8]) -> Result<()> {
        match what {
            b'C' => {
                let node = self.add(inode);
                self.unsure.push(Naming { at, file, node: Some(node) });
            }
            b'U' => self.unsure.push(Naming { at, file, node: None }),
            b'W' => {
                self.outcome.checkpointed |= file == 1;
                let change = Change::Write(usize::try_from(offset)?, bytes.to_vec());
                self.node(inode)?.unsure.push((at, change));
            }
            b'T' => {
                let change = Change::Truncate(usize::try_from(offset)?);
                self.node(inode)?.unsure.push((at, change));
            }
            b'B' => {
                self.begun.insert(offset, (file, inode, at));
            }
            b'E' => {
                let (file, inode, begun) = self.begun.remove(&offset).context("a sync that never began")?;
                self.outcome.syncs += 1;
                self.sync(file, inode, begun)?;
            }
            _ => bail!("an unknown note"),
        }
        Ok(())
    }

    /// Makes certain what happened before `begun`.
    fn sync(&mut self, file: File, inode: u64, begun: u64) -> Result<()> {
        if file == FOLDER {
            let later = self.unsure.iter().position(|naming| naming.at > begun).unwrap_or(self.unsure.len());
            for naming in self.unsure.drain(..later) {
                name(&mut self.names, &naming);
            }
            return Ok(());
        }
        let node = self.node(inode)?;
        let later = node.unsure.iter().position(|(at, _)| *at > begun).unwrap_or(node.unsure.len());
        for (_, change) in node.unsure.drain(..later) {
            apply(&mut node.certain, &change, |_| true);
        }
        Ok(())
    }

    fn end(mut self, keep: u64, dice: &Dice) -> Outcome {
        self.outcome.inside_sync = !self.begun.is_empty();
        for naming in self.unsure.iter().filter(|_| dice.chance(keep)) {
            name(&mut self.names, naming);
        }
        for (file, node) in self.names {
            let Node { mut certain, unsure } = std::mem::take(&mut self.nodes[node]);
            self.outcome.unsynced += unsure.len() as u64;
            for (_, change) in &unsure {
                let torn = dice.chance(50);
                let whole = dice.chance(keep);
                apply(&mut certain, change, |_| if torn { dice.chance(keep) } else { whole });
            }
            self.outcome.contents.insert(file, certain);
        }
        self.outcome
    }
}

fn name(names: &mut BTreeMap<File, usize>, naming: &Naming) {
    match naming.node {
        Some(node) => names.insert(naming.file, node),
        None => names.remove(&naming.file),
    };
}

/// Applies the sectors of a change that `kept` wants.
fn apply(content: &mut Vec<u8>, change: &Change, mut kept: impl FnMut(usize) -> bool) {
    match change {
        Change::Truncate(length) => {
            if kept(*length) {
                content.resize(*length, 0);
            }
        }
        Change::Write(offset, data) => {
            let mut from = 0;
            while from < data.len() {
                let place = offset + from;
                let to = data.len().min(from + SECTOR - place % SECTOR);
                if kept(place) {
                    content.resize(content.len().max(offset + to), 0);
                    content[place..offset + to].copy_from_slice(&data[from..to]);
                }
                from = to;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(what: u8, file: File, inode: u64, offset: u64, data: &[u8]) -> Vec<u8> {
        let mut note = MAGIC.to_le_bytes().to_vec();
        note.extend([what, file, 0, 0]);
        for number in [inode, offset, data.len() as u64] {
            note.extend(number.to_le_bytes());
        }
        note.extend(data);
        note
    }

    fn played(notes: &[Vec<u8>], keep: u64) -> Outcome {
        let before = BTreeMap::from([(1, (7, b"old".to_vec()))]);
        cut(&before, &notes.concat(), keep, &Dice::new(1)).expect("notes that can be read")
    }

    #[test]
    fn only_what_a_finished_sync_covers_is_certain() {
        let mut notes = vec![
            note(b'W', 1, 7, 0, b"new"),
            note(b'B', 1, 7, 1, b""),
            note(b'W', 1, 7, 3, b"late"),
            note(b'E', 1, 7, 1, b""),
        ];
        let outcome = played(&notes, 0);
        assert_eq!((&outcome.contents[&1][..], outcome.unsynced), (&b"new"[..], 1));
        assert_eq!(played(&notes, 100).contents[&1], b"newlate");
        notes.pop();
        let outcome = played(&notes, 0);
        assert_eq!((&outcome.contents[&1][..], outcome.inside_sync), (&b"old"[..], true));
    }

    #[test]
    fn a_name_needs_a_sync_of_its_folder() {
        let mut notes = vec![
            note(b'C', 2, 8, 0, b""),
            note(b'W', 2, 8, 0, b"wal"),
            note(b'B', 2, 8, 1, b""),
            note(b'E', 2, 8, 1, b""),
        ];
        assert!(!played(&notes, 0).contents.contains_key(&2));
        notes.extend([note(b'B', FOLDER, 9, 2, b""), note(b'E', FOLDER, 9, 2, b"")]);
        assert_eq!(played(&notes, 0).contents[&2], b"wal");
        notes.push(note(b'U', 2, 8, 0, b""));
        assert_eq!(played(&notes, 0).contents[&2], b"wal");
        assert!(!played(&notes, 100).contents.contains_key(&2));
    }

    #[test]
    fn a_cut_off_note_counts_for_nothing_and_writes_tear_at_sectors() {
        let whole = note(b'W', 1, 7, 0, &[1; 4 * SECTOR]);
        assert_eq!(played(&[whole[..whole.len() - 1].to_vec()], 100).contents[&1], b"old");
        let torn = (0..50).map(|seed| {
            let before = BTreeMap::from([(1, (7, vec![0; 4 * SECTOR]))]);
            let outcome = cut(&before, &whole, 50, &Dice::new(seed)).expect("readable");
            outcome.contents[&1]
                .chunks(SECTOR)
                .map(|sector| sector.iter().map(|b| u64::from(*b)).sum())
                .collect()
        });
        let torn: Vec<Vec<u64>> = torn.collect();
        assert!(torn.iter().flatten().all(|sum| [0, SECTOR as u64].contains(sum)));
        assert!(torn.iter().any(|sums| sums.contains(&0) && sums.iter().any(|sum| *sum > 0)));
    }
}
