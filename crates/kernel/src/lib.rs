#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod listing;

mod change;
mod email;
mod flaw;
mod id;
mod page;
mod slug;
mod time;
mod username;

pub use change::Change;
pub use email::Email;
pub use flaw::Flaw;
pub use id::{AccountId, OrgId, PublicId, SessionId};
pub use page::{Page, PageRequest};
pub use slug::Slug;
pub use time::{Clock, SystemClock, Timestamp};
pub use username::Username;
