//! Pages of a list: how one is asked for here, and what it looks like. Source: docs/contract/v1.md «Pagination».

use actix_web::HttpRequest;
use loggia_kernel::{Page, PageRequest};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::read;
use loggia_http::{
    error::{Code, FieldErrors},
    request::Input,
};

/// How many items there are in a page of which nobody says how many he wants.
const DEFAULT_LIMIT: u32 = 100;

/// What a list's query may say, for the document. [`page`] reads it.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the document is made of the fields' types")]
pub(super) struct PageParams {
    /// How many items at most. A number over 1000 counts as 1000.
    #[param(minimum = 1, default = 100)]
    limit: Option<u32>,
    /// How many items are passed over.
    #[param(minimum = 0, default = 0)]
    offset: Option<u64>,
}

/// Which page a query asks for; what is wrong with it goes into the list.
pub(super) fn page(faults: &mut FieldErrors, request: &HttpRequest) -> PageRequest {
    let limit = number(faults, request, "limit", 1);
    let offset = number(faults, request, "offset", 0).unwrap_or(0);
    let limit = limit.map_or(DEFAULT_LIMIT, |limit| {
        u32::try_from(limit).unwrap_or(u32::MAX)
    });
    PageRequest::new(limit, offset)
}

/// As [`page`], where nothing else can be wrong.
///
/// # Errors
/// The faults of `limit` and `offset`.
pub(super) fn only_page(request: &HttpRequest) -> Result<PageRequest, FieldErrors> {
    let mut faults = FieldErrors::default();
    let page = page(&mut faults, request);
    faults.or(page)
}

/// A parameter of the query that is a whole number not smaller than `min`. One that is larger than any list is long counts
/// as the largest there is, as one of Python's would.
fn number(faults: &mut FieldErrors, request: &HttpRequest, name: &str, min: u64) -> Option<u64> {
    let Input::Text(text) = read::parameter(request, name) else {
        return None;
    };
    let text = text.trim();
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let fault = if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Code::NotAnInteger
    } else {
        let magnitude = digits.parse().unwrap_or(u64::MAX);
        let value = if is_negative && magnitude > 0 {
            None
        } else {
            Some(magnitude)
        };
        match value.filter(|value| *value >= min) {
            Some(value) => return Some(value),
            None => Code::TooSmall(min),
        }
    };
    faults.add(&format!("query/{name}"), fault);
    None
}

/// A part of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct PageOut<T> {
    /// In the list's order. Empty past its end.
    items: Vec<T>,
    /// How many there are in all.
    #[schema(example = 1)]
    count: u64,
}

impl<T> PageOut<T> {
    /// The page, each item as the wire has it.
    pub(super) fn of<S>(page: Page<S>, item: impl FnMut(S) -> T) -> Self {
        Self {
            items: page.items.into_iter().map(item).collect(),
            count: page.count,
        }
    }
}
