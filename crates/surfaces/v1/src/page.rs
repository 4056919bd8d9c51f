//! Pagination of lists by limit and offset. Source: docs/contract/v1.md «Pagination».

use actix_web::HttpRequest;
use loggia_kernel::{Page, PageRequest};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::read;
use loggia_http::{
    error::{Code, FieldErrors},
    request::Input,
};

/// The page size of a request without `limit`. Source: docs/contract/v1.md «Pagination».
const DEFAULT_LIMIT: u32 = 100;

/// The query parameters of a page, for the document. [`page`] reads them.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "the document derives from the fields' types")]
pub(super) struct PageParams {
    /// The largest number of items. A number over 1000 counts as 1000.
    #[param(minimum = 1, default = 100)]
    limit: Option<u32>,
    /// The number of items to skip.
    #[param(minimum = 0, default = 0)]
    offset: Option<u64>,
}

/// Reads the requested page and reports invalid parameters.
pub(super) fn page(faults: &mut FieldErrors, request: &HttpRequest) -> PageRequest {
    let limit = number(faults, request, "limit", 1);
    let offset = number(faults, request, "offset", 0).unwrap_or(0);
    let limit = limit.map_or(DEFAULT_LIMIT, |limit| {
        u32::try_from(limit).unwrap_or(u32::MAX)
    });
    PageRequest::new(limit, offset)
}

/// Reads the requested page of a list without other parameters.
///
/// # Errors
///
/// Those of `limit` and `offset`.
pub(super) fn only_page(request: &HttpRequest) -> Result<PageRequest, FieldErrors> {
    let mut faults = FieldErrors::default();
    let page = page(&mut faults, request);
    faults.or(page)
}

/// Reads an integer parameter that is at least `min`. A number beyond the range counts as the largest one, because
/// Python's integers have no limit.
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

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(super) struct PageOut<T> {
    /// In the order of the list. Empty past its end.
    items: Vec<T>,
    /// The length of the whole list.
    #[schema(example = 1)]
    count: u64,
}

impl<T> PageOut<T> {
    /// Converts a page, item by item.
    pub(super) fn of<S>(page: Page<S>, item: impl FnMut(S) -> T) -> Self {
        Self {
            items: page.items.into_iter().map(item).collect(),
            count: page.count,
        }
    }
}
