//! The surface `djoser`, `/auth/`.

mod activation;
mod detail;
mod format_suffix;
mod frame;
mod jwt;
mod me;
mod password;
mod token;
mod username;
mod users;

use serde_json::json;

use crate::app::{Request, Response, TestApp};

/// Returns the opaque token of an account that [`TestApp::user`] created.
async fn opaque(app: &TestApp, username: &str) -> String {
    let login = json!({ "username": username, "password": TestApp::PASSWORD });
    let response = app.anonymous().post("/auth/token/login/", login).await;
    response.text_at("/auth_token")
}

/// Sends a request with this `Authorization` header and no body.
async fn with_header(app: &TestApp, method: &str, path: &str, header: &str) -> Response {
    let request = Request::new(method, path).header("Authorization", header);
    app.send(request).await
}

/// Returns the uid and the token in the only email sent since the last call.
async fn link(app: &TestApp) -> (String, String) {
    let messages = app.sent_mail().await;
    let [message] = messages.as_slice() else {
        panic!("expected one email, got {messages:?}");
    };
    let url = message.text().lines().find(|line| line.contains("/#/"));
    let mut parts = url.expect("a link").rsplit('/').map(str::to_owned);
    let token = parts.next().expect("a token");
    (parts.next().expect("a uid"), token)
}
