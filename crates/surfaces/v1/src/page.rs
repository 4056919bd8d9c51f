//! Pagination of lists by limit and offset. Source: docs/contract/v1.md «Pagination».

use loggia_kernel::{Page, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{
    __dev::ComposeSchema,
    ToSchema,
    openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type},
};

use loggia_http::{
    error::{Code, FieldErrors},
    request::{
        Input,
        fields::{Codes, Kind, Optional, QueryFields},
    },
};

/// The page size of a request without `limit`. Source: docs/contract/v1.md «Pagination».
const DEFAULT_LIMIT: u32 = 100;

/// The query parameters of a page.
pub(crate) type PageQuery = QueryFields<PageParams>;

#[derive(Deserialize, ToSchema)]
pub(crate) struct PageParams {
    /// The largest number of items. A number over 1000 counts as 1000.
    #[schema(default = 100)]
    limit: Optional<Integer<1, 32>>,
    /// The number of items to skip.
    #[schema(default = 0)]
    offset: Optional<Integer<0, 64>>,
}

impl PageParams {
    /// Reads the requested page and reports invalid parameters.
    pub(crate) fn read(&self, errors: &mut FieldErrors) -> PageRequest {
        let limit = self.limit.read(errors);
        let offset = self.offset.read(errors).unwrap_or(0);
        let limit = limit.map_or(DEFAULT_LIMIT, |limit| u32::try_from(limit).unwrap_or(u32::MAX));
        PageRequest::new(limit, offset)
    }

    /// Reads the requested page of a list that reports no other parameters with it.
    ///
    /// # Errors
    /// Those of `limit` and `offset`.
    pub(crate) fn read_alone(&self) -> Result<PageRequest, FieldErrors> {
        let mut errors = FieldErrors::default();
        let page = self.read(&mut errors);
        errors.or(page)
    }
}

/// An integer that is at least `MIN`. A number beyond the range counts as the largest one, because Python's integers have
/// no limit. Only the document states `BITS`.
struct Integer<const MIN: u64, const BITS: u8>(());

impl<const MIN: u64, const BITS: u8> Kind for Integer<MIN, BITS> {
    type Value = u64;

    fn parse(input: &Input) -> Result<u64, Codes> {
        let text = match input {
            Input::Text(text) => text.trim(),
            _ => "",
        };
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(vec![Code::NotAnInteger]);
        }
        let magnitude = digits.parse().unwrap_or(u64::MAX);
        let is_negative = text.starts_with('-') && magnitude > 0;
        if is_negative || magnitude < MIN {
            return Err(vec![Code::TooSmall(MIN)]);
        }
        Ok(magnitude)
    }
}

impl<const MIN: u64, const BITS: u8> ComposeSchema for Integer<MIN, BITS> {
    fn compose(_: Vec<RefOr<Schema>>) -> RefOr<Schema> {
        let format = match BITS {
            32 => KnownFormat::Int32,
            _ => KnownFormat::Int64,
        };
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(format)))
            .minimum(Some(MIN))
            .build()
            .into()
    }
}

impl<const MIN: u64, const BITS: u8> ToSchema for Integer<MIN, BITS> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("Integer{BITS}From{MIN}").into()
    }
}

/// A page of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct PageOut<T> {
    /// In the order of the list. Empty past its end.
    items: Vec<T>,
    /// The length of the whole list.
    #[schema(example = 1)]
    count: u64,
}

impl<T> PageOut<T> {
    /// Converts a page, item by item.
    pub(crate) fn of<S>(page: Page<S>, item: impl FnMut(S) -> T) -> Self {
        Self { items: page.items.into_iter().map(item).collect(), count: page.count }
    }
}
