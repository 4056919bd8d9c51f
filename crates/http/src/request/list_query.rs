//! Lists as bare arrays: query parameters, and response headers for paging.
//!
//! The API descriptions define neither pages nor searches. Without parameters, a list is returned whole, sorted by id.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use loggia_kernel::{
    Page, PageRequest,
    list::{ListRequest, Search, SortDirection},
};
use serde::Serialize;
use url::form_urlencoded;
use utoipa::IntoParams;

use crate::{
    BaseUrl,
    dialect::Dialect,
    error::{Code, FieldErrors, Problem},
    response::Reply,
};

/// The query parameters of every list, for the documents: `params(ListParams)`.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes what `ListQuery` reads")]
pub struct ListParams {
    /// At most this many items; values over 1000 count as 1000. With this or `offset`, the response carries
    /// `X-Total-Count`, the length of the whole list, and `Link`, the URLs of the other pages.
    #[param(minimum = 1, example = 20)]
    limit: Option<i64>,
    /// Number of items to skip. Without `limit`, at most 1000 follow.
    #[param(minimum = 0, example = 0)]
    offset: Option<i64>,
    /// Only items that contain this text, regardless of case.
    #[param(max_length = 200)]
    search: Option<String>,
    /// Field names to order by, separated by commas. A leading `-` means descending order.
    ordering: Option<String>,
}

/// The unparsed query of a list. Take it as an argument of the handler, and parse it after authentication.
pub struct ListQuery {
    path: String,
    // In the order sent, unescaped; the last value of a repeated name counts.
    pairs: Vec<(String, String)>,
}

/// Maximum characters of a search, to bound the work of the database.
const SEARCH_MAX: usize = 200;

impl ListQuery {
    /// Parses the query of a list that can be sorted by `fields`.
    ///
    /// # Errors
    /// [`Problem::Invalid`] with every invalid parameter.
    pub fn listing<F: Copy + PartialEq>(
        &self,
        fields: &[(&str, F)],
    ) -> Result<ListRequest<F>, Problem> {
        let mut faults = FieldErrors::default();
        let limit = self.number(&mut faults, "limit", 1);
        let offset = self.number(&mut faults, "offset", 0);
        let search = self.search(&mut faults);
        let order = self.order(&mut faults, fields);
        let page = (limit.is_some() || offset.is_some()).then(|| {
            let limit = limit.and_then(|limit| u32::try_from(limit).ok());
            PageRequest::new(limit.unwrap_or(PageRequest::MAX_LIMIT), offset.unwrap_or(0))
        });
        Ok(faults.or(ListRequest { page, search, order })?)
    }

    /// Responds with the items as a bare array. If a page was requested, adds the paging headers.
    pub fn reply<D: Dialect, T: Serialize>(
        &self,
        public_url: &BaseUrl,
        page: Option<PageRequest>,
        found: &Page<T>,
    ) -> Reply<D> {
        let reply = Reply::ok(&found.items);
        match page {
            None => reply,
            Some(page) => reply
                .header("X-Total-Count", &found.count.to_string())
                .header("Link", &self.links(public_url, page, found.count)),
        }
    }

    fn value(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter().rev();
        pairs.find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// Parses a whole number of at least `min`. Larger numbers than the type can hold become its maximum.
    ///
    /// Source: DRF 3.18, `fields.py`, `IntegerField`, for the error messages.
    fn number(&self, faults: &mut FieldErrors, name: &str, min: u64) -> Option<u64> {
        use std::num::IntErrorKind::{NegOverflow, PosOverflow};

        let number = match self.value(name)?.trim().parse::<i64>() {
            Ok(number) => Ok(number),
            Err(error) => match error.kind() {
                PosOverflow => Ok(i64::MAX),
                NegOverflow => Ok(i64::MIN),
                _ => Err(Code::NotAnInteger),
            },
        };
        let number = number.and_then(|number| match u64::try_from(number) {
            Ok(number) if number >= min => Ok(number),
            _ => Err(Code::TooSmall(min)),
        });
        number.map_err(|code| faults.add(name, code)).ok()
    }

    fn search(&self, faults: &mut FieldErrors) -> Option<Search> {
        let text = self.value("search")?;
        if text.contains('\0') {
            faults.add("search", Code::NullCharacter);
        }
        if text.chars().count() > SEARCH_MAX {
            faults.add("search", Code::TooLong(SEARCH_MAX));
        }
        Search::of(text)
    }

    /// Source: DRF 3.18, `filters.py`, `OrderingFilter`, for the format; it ignores unknown fields.
    fn order<F: Copy + PartialEq>(
        &self,
        faults: &mut FieldErrors,
        fields: &[(&str, F)],
    ) -> Vec<(F, SortDirection)> {
        let mut order: Vec<(F, SortDirection)> = Vec::new();
        let words = self.value("ordering").unwrap_or_default().split(',');
        for word in words.map(str::trim).filter(|word| !word.is_empty()) {
            let (name, direction) = match word.strip_prefix('-') {
                Some(name) => (name, SortDirection::Descending),
                None => (word, SortDirection::Ascending),
            };
            match fields.iter().find(|(known, _)| *known == name) {
                // A repeated field does not change the order.
                Some((_, field)) if order.iter().any(|(before, _)| before == field) => {}
                Some((_, field)) => order.push((*field, direction)),
                None => {
                    faults.add("ordering", Code::NotAChoice(word.to_owned()));
                    break;
                }
            }
        }
        order
    }

    /// Builds the links to the first, previous, next and last page, by RFC 8288.
    fn links(&self, public_url: &BaseUrl, page: PageRequest, count: u64) -> String {
        let (limit, offset) = (page.limit().unsigned_abs().max(1), page.offset().unsigned_abs());
        let last = count.saturating_sub(1) / limit * limit;
        let prev = (offset > 0).then(|| offset.saturating_sub(limit).min(last));
        let next = offset.checked_add(limit).filter(|next| *next < count);
        let relations = [("first", Some(0)), ("prev", prev), ("next", next), ("last", Some(last))];
        let links: Vec<String> = relations
            .into_iter()
            .filter_map(|(relation, offset)| {
                let target = public_url.join(&self.target(limit, offset?));
                Some(format!("<{target}>; rel=\"{relation}\""))
            })
            .collect();
        links.join(", ")
    }

    /// Returns this list's path and query with another page.
    fn target(&self, limit: u64, offset: u64) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        let others = self.pairs.iter();
        query.extend_pairs(others.filter(|(name, _)| name != "limit" && name != "offset"));
        query.append_pair("limit", &limit.to_string());
        query.append_pair("offset", &offset.to_string());
        format!("{}?{}", self.path, query.finish())
    }
}

impl FromRequest for ListQuery {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = form_urlencoded::parse(request.query_string().as_bytes());
        ready(Ok(Self { path: request.path().to_owned(), pairs: pairs.into_owned().collect() }))
    }
}

#[cfg(test)]
mod tests;
