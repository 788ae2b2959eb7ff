//! Ids for a reply, drawn from the seed and the task: the same run has the same ones.

use crate::encoding;

pub(super) struct Ids {
    pub seed: u64,
    /// That of the task.
    pub number: u64,
}

impl Ids {
    /// A version 4 UUID.
    pub fn nth_uuid(&self, index: u64) -> String {
        let mut random = self.random(index);
        encoding::uuid(random.rand_u64(), random.rand_u64())
    }

    /// A text of so many letters of an alphabet.
    pub fn drawn(&self, index: u64, length: usize, alphabet: &str) -> String {
        // Another place in the sequence than the UUIDs, so that no id is another one's digits.
        let mut random = self.random(index | 1 << 23);
        let letter = |_| alphabet.as_bytes()[random.rand_range(0..alphabet.len() as u64) as usize] as char;
        (0..length).map(letter).collect()
    }

    fn random(&self, index: u64) -> oorandom::Rand64 {
        oorandom::Rand64::new(u128::from(self.seed) << 64 | u128::from(self.number ^ index << 40))
    }
}
