//! The statuses that many clients received.

use std::collections::BTreeMap;

use anyhow::Result;

/// Statuses and their frequency.
#[derive(Default)]
pub(super) struct Statuses(BTreeMap<u16, usize>);

impl Statuses {
    /// Counts the statuses of all clients.
    pub(super) fn of(all: Vec<Result<Vec<u16>>>) -> Result<Self> {
        let mut statuses = BTreeMap::new();
        for some in all {
            for status in some? {
                *statuses.entry(status).or_default() += 1;
            }
        }
        Ok(Self(statuses))
    }

    /// Adds other statuses.
    pub(super) fn add(&mut self, others: Self) {
        for (status, times) in others.0 {
            *self.0.entry(status).or_default() += times;
        }
    }

    /// Returns the number of server errors.
    pub(super) fn faults(&self) -> usize {
        self.0.range(500..).map(|(_, times)| times).sum()
    }

    /// Returns the number of responses that are not successful.
    pub(super) fn failures(&self) -> usize {
        let all: usize = self.0.values().sum();
        all - self.successes()
    }

    /// Returns the number of successful responses.
    pub(super) fn successes(&self) -> usize {
        self.0.range(200..300).map(|(_, times)| times).sum()
    }

    pub(super) fn list(&self) -> String {
        let listed: Vec<_> =
            self.0.iter().map(|(status, times)| format!("{status} x {times}")).collect();
        listed.join(", ")
    }
}
