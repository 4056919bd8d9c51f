//! Query parameters as a struct of fields.

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::de::DeserializeOwned;
use utoipa::{
    IntoParams, ToSchema,
    openapi::path::{Parameter, ParameterIn},
};

use super::{Fields, document};
use crate::error::Problem;

/// The query of a request, with the parameters that `T` declares: an extractor, and an entry of `params(...)` in the document.
///
/// Errors are located at `query/<name>`; the last value of a repeated parameter counts.
pub struct QueryFields<T> {
    query: String,
    fields: PhantomData<fn() -> T>,
}

impl<T: DeserializeOwned> QueryFields<T> {
    /// Fills the struct. Unknown parameters are ignored.
    ///
    /// # Errors
    /// [`Problem::Internal`] if `T` is not a struct of fields.
    pub fn read(&self) -> Result<T, Problem> {
        Ok(Fields::query(&self.query).read()?.0)
    }
}

impl<T> FromRequest for QueryFields<T> {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self { query: request.query_string().to_owned(), fields: PhantomData }))
    }
}

impl<T: ToSchema> IntoParams for QueryFields<T> {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        document::parameters::<T>()
    }
}
