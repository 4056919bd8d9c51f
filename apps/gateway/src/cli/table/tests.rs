//! Alignment of columns, and control characters.

use super::{lines, printable};

#[test]
fn sets_columns_as_wide_as_their_widest_cell() {
    let rows = [["id", "name"], ["1", "J\u{fc}rgen"], ["1000", "b"]];
    let rows = rows.map(|row| row.map(str::to_owned));
    assert_eq!(lines(&rows), ["id    name", "1     J\u{fc}rgen", "1000  b"]);
}

#[test]
fn lets_nothing_steer_the_terminal() {
    assert_eq!(printable("a\u{1b}[2Jb\nc"), "a?[2Jb?c");
}
