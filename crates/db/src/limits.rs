//! Limits that both databases share.

use std::time::Duration;

/// How long a request waits for a connection, or for its turn to write, before it fails: a client still waits then.
pub(crate) const POOL_WAIT: Duration = Duration::from_secs(3);
