#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

pub mod list;

mod change;
mod email;
mod id;
mod page;
mod parse_error;
mod slug;
mod suffix;
mod time;
mod username;

pub use change::Change;
pub use email::Email;
pub use id::{AccountId, OrgId, PublicId, SessionId};
pub use page::{Page, PageRequest};
pub use parse_error::ParseError;
pub use slug::Slug;
pub use suffix::SuffixSearch;
pub use time::{Clock, SystemClock, Timestamp};
pub use username::Username;
