//! Lists on standard output, as a table or as JSON.

use std::io::{self, Write};

use serde_json::Value;

use super::{Result, output::say};

/// Prints a header and rows in columns as wide as their widest cell, two spaces apart.
pub(super) fn print<const N: usize>(
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Result<()> {
    let rows: Vec<[String; N]> = std::iter::once(head.map(str::to_owned))
        .chain(rows.map(|row| row.map(|cell| printable(&cell))))
        .collect();
    let mut out = io::stdout().lock();
    for line in lines(&rows) {
        writeln!(out, "{line}")?;
    }
    Ok(())
}

/// Prints rows as a JSON array.
pub(super) fn print_json(rows: Vec<Value>) -> Result<()> {
    say(&format!("{:#}", Value::Array(rows)))
}

/// Replaces control characters, because usernames and errors of mail servers must not control the operator's terminal.
fn printable(text: &str) -> String {
    text.replace(char::is_control, "?")
}

fn lines<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let widths: [usize; N] = std::array::from_fn(|column| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    });
    rows.iter()
        .map(|row| {
            let cells = row.iter().zip(widths);
            let line: String = cells.map(|(cell, width)| format!("{cell:width$}  ")).collect();
            line.trim_end().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests;
