//! Lines on standard output.

use std::io::{self, Write};

use super::Result;

/// Prints a line on standard output.
pub(super) fn say(line: &str) -> Result<()> {
    Ok(writeln!(io::stdout(), "{line}")?)
}
