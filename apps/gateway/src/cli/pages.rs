//! Shell completions and the manual page, for packages.

use std::io::{self, Write};

use clap_complete::Shell;

use super::{Result, parse};

/// Prints the completion script of a shell.
pub(super) fn completions(shell: Shell) -> Result<()> {
    // Written to memory first, because clap_complete panics if standard output is closed.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut parse::command(), "loggia", &mut script);
    Ok(io::stdout().lock().write_all(&script)?)
}

/// Prints the manual page in roff.
pub(super) fn manual() -> Result<()> {
    let mut page = Vec::new();
    clap_mangen::Man::new(parse::command()).render(&mut page)?;
    Ok(io::stdout().lock().write_all(&page)?)
}
