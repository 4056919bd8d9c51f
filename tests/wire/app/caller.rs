//! A client of the app, with one method for each HTTP method.

use loggia_identity::{Account, TokenPair};
use serde_json::Value;

use super::{Request, Response, TestApp};

/// A client of the app, with or without an access token.
pub(crate) struct Caller<'app> {
    app: &'app TestApp,
    known: Option<Known>,
}

/// The account and tokens of a logged-in caller.
struct Known {
    account: Account,
    tokens: TokenPair,
}

/// The body of a request: JSON as a value or as text, or no body.
pub(crate) struct Body(Option<String>);

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Self(Some(value.to_string()))
    }
}

/// The text is sent as it is, so it may be malformed JSON.
impl From<&str> for Body {
    fn from(text: &str) -> Self {
        Self(Some(text.to_owned()))
    }
}

impl From<()> for Body {
    fn from((): ()) -> Self {
        Self(None)
    }
}

impl<'app> Caller<'app> {
    pub(crate) fn anonymous(app: &'app TestApp) -> Self {
        Self { app, known: None }
    }

    pub(crate) fn known(app: &'app TestApp, account: Account, tokens: TokenPair) -> Self {
        Self { app, known: Some(Known { account, tokens }) }
    }

    /// Returns the account as it was when the caller logged in.
    ///
    /// # Panics
    /// For an anonymous caller.
    pub(crate) fn account(&self) -> &Account {
        &self.expect_known().account
    }

    /// Returns the access token without the `Bearer` prefix.
    ///
    /// # Panics
    /// For an anonymous caller.
    pub(crate) fn access(&self) -> &str {
        &self.expect_known().tokens.access
    }

    /// Returns the refresh token.
    ///
    /// # Panics
    /// For an anonymous caller.
    pub(crate) fn refresh(&self) -> &str {
        &self.expect_known().tokens.refresh
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send_json("GET", path, ()).await
    }

    pub(crate) async fn head(&self, path: &str) -> Response {
        self.send_json("HEAD", path, ()).await
    }

    pub(crate) async fn options(&self, path: &str) -> Response {
        self.send_json("OPTIONS", path, ()).await
    }

    pub(crate) async fn post(&self, path: &str, body: impl Into<Body>) -> Response {
        self.send_json("POST", path, body).await
    }

    pub(crate) async fn put(&self, path: &str, body: impl Into<Body>) -> Response {
        self.send_json("PUT", path, body).await
    }

    pub(crate) async fn patch(&self, path: &str, body: impl Into<Body>) -> Response {
        self.send_json("PATCH", path, body).await
    }

    pub(crate) async fn delete(&self, path: &str, body: impl Into<Body>) -> Response {
        self.send_json("DELETE", path, body).await
    }

    /// Sends a request with any method, and a JSON body or none.
    pub(crate) async fn send_json(
        &self,
        method: &str,
        path: &str,
        body: impl Into<Body>,
    ) -> Response {
        let request = Request::new(method, path);
        let request = match body.into().0 {
            Some(text) => request.header("Content-Type", "application/json").body(text),
            None => request,
        };
        self.send(request).await
    }

    /// Sends a request unchanged, except that the caller's token is added.
    pub(crate) async fn send(&self, request: Request) -> Response {
        self.app.send(self.request(request)).await
    }

    /// Returns the request with the caller's token added.
    pub(crate) fn request(&self, request: Request) -> Request {
        match &self.known {
            Some(known) => {
                request.header("Authorization", &format!("Bearer {}", known.tokens.access))
            }
            None => request,
        }
    }

    fn expect_known(&self) -> &Known {
        self.known.as_ref().expect("a caller who logged in")
    }
}
