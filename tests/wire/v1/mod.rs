//! The surface `v1`: what holds for all of it, and accounts. Source: docs/contract/v1.md «Operations».

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

use crate::app::{Answer, Request, TestApp};

/// The address and password of the API description's examples.
const EMAIL: &str = "jane.doe@ex.com";
const PASSWORD: &str = "s3cret-pass";

/// Registers an account.
async fn register(app: &TestApp, email: &str) -> Answer {
    let body = json!({ "email": email, "password": PASSWORD });
    app.anonymous().post("/api/v1/auth/register", body).await
}

/// Logs in.
async fn log_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    app.anonymous().post("/api/v1/token/pair", body).await
}

/// Asks with a token that the test holds.
async fn ask(app: &TestApp, token: &str, method: &str, path: &str, body: Value) -> Answer {
    let request = Request::new(method, path)
        .header("Authorization", &format!("Bearer {token}"))
        .json(&body);
    app.send(request).await
}

/// The tokens of the links in the letters sent since the last call.
async fn mailed_tokens(app: &TestApp) -> Vec<String> {
    let letters = app.sent_mail().await;
    letters
        .iter()
        .map(|letter| {
            let (_, rest) = letter.text().split_once("token=").expect("a link");
            let token = rest.split_whitespace().next().expect("a token");
            token.to_owned()
        })
        .collect()
}

/// The one token that was mailed since the last call.
async fn mailed_token(app: &TestApp) -> String {
    let mut tokens = mailed_tokens(app).await;
    assert_eq!(tokens.len(), 1, "letters");
    tokens.remove(0)
}

/// Asks one thing with many bodies, and compares what each is told.
async fn each_is_told(app: &TestApp, asked: (&str, &str), cases: &[(&str, &str)]) {
    let (method, path) = asked;
    for (body, told) in cases {
        let answer = app.anonymous().ask(method, path, *body).await;
        assert_eq!(answer.to_string(), *told, "{method} {path} {body}");
    }
}
