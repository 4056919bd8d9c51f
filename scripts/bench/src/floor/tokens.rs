//! Access tokens: read and verified as by the server.

use actix_web::{HttpRequest, http::header};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

/// The claims of a token that the queries need.
#[derive(Deserialize)]
pub(super) struct Claims {
    token_type: String,
    pub(super) sub: String,
    pub(super) sid: String,
}

/// The key of the tokens and the rules that they must fulfil.
pub(super) struct Tokens {
    key: DecodingKey,
    validation: Validation,
}

impl Tokens {
    pub(super) fn new(secret_key: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = 0;
        Self { key: DecodingKey::from_secret(secret_key.as_bytes()), validation }
    }

    /// Returns the claims of a request's access token; `None` if it is missing or invalid.
    pub(super) fn claims(&self, request: &HttpRequest) -> Option<Claims> {
        let value = request.headers().get(header::AUTHORIZATION)?;
        let token = value.to_str().ok()?.strip_prefix("Bearer ")?;
        let claims = decode::<Claims>(token, &self.key, &self.validation).ok()?.claims;
        (claims.token_type == "access").then_some(claims)
    }
}
