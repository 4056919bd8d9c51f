//! Cursors of keyset pagination: positions in a list, encrypted so that they show no ids and cannot be forged.

use std::time::Duration;

use loggia_contacts::{ContactId, Cursor, Order, SortKey};
use loggia_kernel::Timestamp;

use loggia_http::encryption::TokenCipher;

/// Creates and reads the cursors of one list.
pub(super) struct Cursors<'a> {
    cipher: &'a TokenCipher,
    list: String,
}

impl<'a> Cursors<'a> {
    /// Takes a text that identifies the list and its caller.
    pub(super) fn new(cipher: &'a TokenCipher, list: String) -> Self {
        Self { cipher, list }
    }

    /// Returns the cursor for a position.
    pub(super) fn encrypt(&self, position: &Cursor) -> String {
        self.cipher.encrypt(&self.list, &written(position))
    }

    /// Returns the position in a cursor, or `None` if the cursor is not of this list.
    pub(super) fn decrypt(&self, cursor: &str, order: Option<Order>) -> Option<Cursor> {
        let position = read(&self.cipher.decrypt(&self.list, cursor)?)?;
        // The context of the encryption implies this already, because a list has one order.
        let is_of_order = match (&position.key, order) {
            (None, None) => true,
            (Some(SortKey::Time(_)), Some(order)) => order.by.is_time(),
            (Some(SortKey::Text(_)), Some(order)) => !order.by.is_time(),
            _ => false,
        };
        is_of_order.then_some(position)
    }
}

/// Writes a position as `<rank> <id>`, followed by `t<text>` or `m<seconds>.<nanoseconds>` if the list is sorted.
fn written(position: &Cursor) -> String {
    let (rank, id) = (position.rank, position.id.get());
    match &position.key {
        None => format!("{rank} {id}"),
        Some(SortKey::Text(text)) => format!("{rank} {id} t{text}"),
        Some(SortKey::Time(time)) => {
            let (seconds, nanos) = (time.unix_seconds(), time.subsec_nanos());
            format!("{rank} {id} m{seconds}.{nanos}")
        }
    }
}

fn read(text: &str) -> Option<Cursor> {
    let mut parts = text.splitn(3, ' ');
    let rank = parts.next()?.parse().ok()?;
    let id = ContactId::new(parts.next()?.parse().ok()?);
    let key = match parts.next() {
        None => None,
        Some(key) => Some(match key.split_at_checked(1)? {
            ("t", text) => SortKey::Text(text.to_owned()),
            ("m", time) => {
                let (seconds, nanos) = time.split_once('.')?;
                let second = Timestamp::from_unix(seconds.parse().ok()?)?;
                SortKey::Time(second.plus(Duration::from_nanos(nanos.parse().ok()?)))
            }
            _ => return None,
        }),
    };
    Some(Cursor { rank, key, id })
}
