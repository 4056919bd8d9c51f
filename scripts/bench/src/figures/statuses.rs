//! What many clients were answered.

use std::collections::BTreeMap;

use anyhow::Result;

/// Statuses, and how often each was seen.
#[derive(Default)]
pub(super) struct Statuses(BTreeMap<u16, usize>);

impl Statuses {
    /// What all clients saw.
    pub(super) fn of(all: Vec<Result<Vec<u16>>>) -> Result<Self> {
        let mut statuses = BTreeMap::new();
        for some in all {
            for status in some? {
                *statuses.entry(status).or_default() += 1;
            }
        }
        Ok(Self(statuses))
    }

    /// Puts others to them.
    pub(super) fn add(&mut self, others: Self) {
        for (status, times) in others.0 {
            *self.0.entry(status).or_default() += times;
        }
    }

    /// How many say that it is the server's fault.
    pub(super) fn faults(&self) -> usize {
        self.0.range(500..).map(|(_, times)| times).sum()
    }

    /// How many say that what was wanted is done.
    pub(super) fn successes(&self) -> usize {
        self.0.range(200..300).map(|(_, times)| times).sum()
    }

    pub(super) fn list(&self) -> String {
        let listed: Vec<_> = self
            .0
            .iter()
            .map(|(status, times)| format!("{status} x {times}"))
            .collect();
        listed.join(", ")
    }
}
