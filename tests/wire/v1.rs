//! The surface `v1`: helpers of its tests. Source: docs/contract/v1.md «Operations».

mod accounts;
mod bodies;
mod contacts;
mod conventions;
mod emails;
mod health;
mod idempotency;
mod orgs;
mod orgs_leaving;
mod orgs_members;
mod passwords;
mod profile;
mod tags;
mod throttles;
mod tokens;
mod usernames;

use serde_json::{Value, json};

use crate::app::{Request, Response, TestApp};

/// The address and password of the API description's examples.
const EMAIL: &str = "jane.doe@ex.com";
const PASSWORD: &str = "s3cret-pass";

/// Registers an account.
async fn register(app: &TestApp, email: &str) -> Response {
    let body = json!({ "email": email, "password": PASSWORD });
    app.anonymous().post("/api/v1/auth/register", body).await
}

/// Logs in.
async fn log_in(app: &TestApp, email: &str, password: &str) -> Response {
    let body = json!({ "email": email, "password": password });
    app.anonymous().post("/api/v1/token/pair", body).await
}

/// Sends a request with this access token.
async fn send_with_token(
    app: &TestApp,
    token: &str,
    method: &str,
    path: &str,
    body: Value,
) -> Response {
    let request =
        Request::new(method, path).header("Authorization", &format!("Bearer {token}")).json(&body);
    app.send(request).await
}

/// Returns the tokens of the links in the emails sent since the last call.
async fn emailed_tokens(app: &TestApp) -> Vec<String> {
    let messages = app.sent_mail().await;
    messages
        .iter()
        .map(|message| {
            let (_, rest) = message.text().split_once("token=").expect("a link");
            let token = rest.split_whitespace().next().expect("a token");
            token.to_owned()
        })
        .collect()
}

/// Returns the token of the only email sent since the last call.
async fn emailed_token(app: &TestApp) -> String {
    let mut tokens = emailed_tokens(app).await;
    assert_eq!(tokens.len(), 1, "number of emails");
    tokens.remove(0)
}

/// Sends each body to one operation, and compares the responses with the expected ones.
async fn expect_each(app: &TestApp, operation: (&str, &str), cases: &[(&str, &str)]) {
    let (method, path) = operation;
    for (body, expected) in cases {
        let response = app.anonymous().send_json(method, path, *body).await;
        assert_eq!(response.to_string(), *expected, "{method} {path} {body}");
    }
}
