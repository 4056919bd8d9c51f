//! `/api/users/` and `/api/users/{id}/`. Source: docs/contract/api.md «Users», «Shared paths».

use futures_util::future::join_all;
use insta::assert_snapshot;
use loggia_kernel::Email;
use loggia_rbac::codename::{MANAGE_ROLES, MANAGE_USERS, VIEW_USERS};
use serde_json::{Value, json};

use super::fixtures::{administrator, holder, now, role, superuser};
use crate::app::{Caller, Request, Response, TestApp};

const USERS: &str = "/api/users/";

fn at(caller: &Caller<'_>) -> String {
    format!("{USERS}{}/", caller.account().id)
}

fn new_user(name: &str) -> Value {
    json!({
        "email": format!("{name}@example.com"),
        "username": name,
        "password": "SecurePass123!",
        "first_name": "Jane",
        "last_name": "Smith",
    })
}

#[actix_web::test]
async fn lists_all_accounts_by_id() {
    let app = TestApp::spawn().await;
    app.user("zoe").await;
    let viewer = holder(&app, "viewer", &[VIEW_USERS]).await;

    assert_snapshot!(viewer.get(USERS).await, @r#"
    200 OK
    [{"email":"zoe@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","username":"zoe"},{"email":"viewer@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","username":"viewer"}]
    "#);
    let without_slash = viewer.get("/api/users").await;
    assert_eq!(without_slash.json(), viewer.get(USERS).await.json());
}

#[actix_web::test]
async fn a_page_reports_the_total_count() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    for name in ["amy", "bob", "Cleo"] {
        let response = manager.post(USERS, new_user(name)).await;
        assert_eq!(response.status, 201, "{response}");
    }

    let response = manager.get("/api/users/?ordering=-username&limit=2&search=SMITH").await;
    assert_eq!(usernames(&response), ["Cleo", "bob"]);
    assert_eq!(response.header("X-Total-Count").as_deref(), Some("3"));
    let link = response.header("Link").unwrap();
    assert!(link.contains("offset=2") && link.contains(r#"rel="next""#), "{link}");

    let rest = manager.get("/api/users/?limit=2&offset=2").await;
    assert_eq!(usernames(&rest), ["bob", "Cleo"]);
    assert_eq!(rest.header("X-Total-Count").as_deref(), Some("4"));
    assert_eq!(manager.get(USERS).await.header("X-Total-Count"), None);

    assert_snapshot!(manager.get("/api/users/?ordering=password_hash&limit=x").await, @r#"
    400 Bad Request
    {"limit":["A valid integer is required."],"ordering":["\"password_hash\" is not a valid choice."]}
    "#);
}

fn usernames(response: &Response) -> Vec<String> {
    let rows = response.json();
    let rows = rows.as_array().unwrap().iter();
    rows.map(|row| row["username"].as_str().unwrap().to_owned()).collect()
}

#[actix_web::test]
async fn creates_the_account_of_the_example() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;

    let response = manager.post(USERS, new_user("newuser")).await;
    assert_snapshot!(response, @r#"
    201 Created
    {"email":"newuser@example.com","first_name":"Jane","id":"[id]","is_active":true,"last_name":"Smith","phone_number":"","username":"newuser"}
    "#);
    let login = json!({ "email": "newuser@example.com", "password": "SecurePass123!" });
    let response = app.anonymous().post("/api/auth/login/", login).await;
    assert_eq!(response.status, 200, "{response}");
}

/// This surface cannot assign a role or set the flags.
#[actix_web::test]
async fn creates_only_plain_users() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let more = json!({ "role": "admin", "is_staff": true, "is_superuser": true, "id": 77 });
    let mut body = new_user("newuser");
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());

    let response = manager.post(USERS, body.clone()).await;
    assert_eq!(response.status, 201, "{response}");
    let path = format!("{USERS}{}/", response.json()["id"]);
    assert_eq!(manager.put(&path, body).await.status, 200);

    let accounts = &app.services().accounts;
    let email = Email::parse("newuser@example.com").unwrap();
    let account = accounts.by_email(&mut app.work(), &email).await.unwrap();
    assert_eq!(&*account.role, "user");
    assert!(!account.is_staff && !account.is_superuser && account.id.get() != 77);
}

#[actix_web::test]
async fn shows_changes_and_deletes_an_account() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let alice = app.user("alice").await;
    let path = at(&alice);

    assert_snapshot!(manager.get(&path).await, @r#"
    200 OK
    {"email":"alice@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","username":"alice"}
    "#);
    let body = json!({ "email": "al@Example.com", "username": "al", "phone_number": "12" });
    assert_snapshot!(manager.put(&path, body).await, @r#"
    200 OK
    {"email":"al@example.com","first_name":"","id":"[id]","is_active":true,"last_name":"","phone_number":"12","username":"al"}
    "#);
    let body = json!({ "first_name": "Al", "is_active": "off" });
    assert_snapshot!(manager.patch(&path, body).await, @r#"
    200 OK
    {"email":"al@example.com","first_name":"Al","id":"[id]","is_active":false,"last_name":"","phone_number":"12","username":"al"}
    "#);
    assert_snapshot!(manager.delete(&path, ()).await, @"204 No Content");
    assert_snapshot!(manager.delete(&path, ()).await, @r#"
    404 Not Found
    {"detail":"Not found."}
    "#);
}

/// Source: docs/contract/drf.md «Order of checks».
#[actix_web::test]
async fn checks_the_caller_before_the_body() {
    let app = TestApp::spawn().await;
    let viewer = holder(&app, "viewer", &[VIEW_USERS]).await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let stranger = app.user("stranger").await;
    let broken = r#"{"email": "#;
    let nowhere = "/api/users/999999/";

    for (method, path) in
        [("POST", USERS), ("PUT", nowhere), ("PATCH", nowhere), ("DELETE", nowhere)]
    {
        let response = app.anonymous().send_json(method, path, broken).await;
        assert_eq!(response.status, 401, "{method} {path}: {response}");
        for caller in [&viewer, &stranger] {
            let response = caller.send_json(method, path, broken).await;
            assert_eq!(response.status, 403, "{method} {path}: {response}");
            let words = "You do not have permission to perform this action.";
            assert_eq!(response.json(), json!({ "detail": words }));
        }
        let expected = if path == USERS { 400 } else { 404 };
        let response = manager.send_json(method, path, broken).await;
        assert_eq!(response.status, expected, "{method} {path}: {response}");
    }
    for path in [USERS, nowhere] {
        assert_eq!(app.anonymous().get(path).await.status, 401);
        assert_eq!(stranger.get(path).await.status, 403);
    }
    // The permission check comes before the method check.
    assert_eq!(stranger.delete(USERS, ()).await.status, 403);
    assert_eq!(manager.delete(USERS, ()).await.status, 405);
}

/// Source: docs/contract/api.md «Shared paths».
#[actix_web::test]
async fn paths_that_are_not_an_id_are_not_found() {
    let app = TestApp::spawn().await;
    let viewer = holder(&app, "viewer", &[VIEW_USERS]).await;
    let stranger = app.user("stranger").await;

    for word in [
        "me",
        "0",
        "-1",
        "+1",
        "1.0",
        "1e0",
        "%31x",
        "status-",
        "Status",
        "login%2fgoogle",
        "٣",
        "99999999999999999999999",
        "a%00b",
        "%ff",
    ] {
        for path in [format!("{USERS}{word}/"), format!("{USERS}{word}")] {
            let path = path.replace('٣', "%D9%A3");
            assert_eq!(app.anonymous().get(&path).await.status, 401, "{path}");
            assert_eq!(stranger.get(&path).await.status, 403, "{path}");
            let response = viewer.get(&path).await;
            assert_eq!(response.status, 404, "{path}: {response}");
            assert_eq!(response.json(), json!({ "detail": "Not found." }), "{path}");
        }
    }
}

/// The paths of the surface `users` take precedence, and so do their methods.
/// Source: docs/contract/api.md «Shared paths».
#[actix_web::test]
async fn the_paths_of_the_users_surface_take_precedence() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;

    for form in ["/api/users/status/", "/api/users/status"] {
        let response = manager.get(form).await;
        assert_eq!(response.json()["status"], "success", "{form}: {response}");
        let response = manager.put(form, new_user("x")).await;
        assert_eq!(response.status, 405, "{form}: {response}");
        let words = "Method \"PUT\" not allowed.";
        assert_eq!(response.json(), json!({ "status": "failed", "message": words }));
        assert_eq!(response.header("Allow").as_deref(), Some("GET, HEAD, OPTIONS"));
    }
    for word in ["register", "login", "logout", "refresh-token", "profile"] {
        let path = format!("{USERS}{word}/");
        let response = manager.delete(&path, ()).await;
        assert_eq!(response.status, 405, "{path}: {response}");
        assert_eq!(response.json()["status"], "failed", "{path}");
    }
}

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let alice = app.user("alice").await;

    assert_snapshot!(manager.post(USERS, "{}").await, @r#"
    400 Bad Request
    {"email":["This field is required."],"password":["This field is required."],"username":["This field is required."]}
    "#);
    let body = json!({
        "email": "ALICE@example.com", "username": "alice", "password": [], "is_active": "maybe",
        "first_name": null, "last_name": "a\0b", "phone_number": "1".repeat(21),
    });
    assert_snapshot!(manager.post(USERS, body.clone()).await, @r#"
    400 Bad Request
    {"email":["user with this email already exists."],"first_name":["This field may not be null."],"is_active":["Must be a valid boolean."],"last_name":["Null characters are not allowed."],"password":["Not a valid string."],"phone_number":["Ensure this field has no more than 20 characters."],"username":["A user with that username already exists."]}
    "#);
    // An account's own values do not count as taken.
    let response = manager.put(&at(&alice), body).await;
    assert_eq!(response.json().get("email"), None, "{response}");
    assert_snapshot!(manager.put(&at(&alice), "{}").await, @r#"
    400 Bad Request
    {"email":["This field is required."],"username":["This field is required."]}
    "#);
    assert_snapshot!(manager.patch(&at(&alice), json!({ "email": "", "is_active": null })).await, @r#"
    400 Bad Request
    {"email":["This field may not be blank."],"is_active":["This field may not be null."]}
    "#);
    assert_snapshot!(manager.put(&at(&alice), "[]").await, @r#"
    400 Bad Request
    {"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}
    "#);
}

/// Absent fields keep their values, and the password is compared with those as well.
#[actix_web::test]
async fn a_password_is_compared_with_the_stored_attributes() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let alice = app.user("aliceinchains").await;

    let body = json!({ "password": "aliceinchains1" });
    assert_snapshot!(manager.patch(&at(&alice), body).await, @r#"
    400 Bad Request
    {"password":["The password is too similar to the username."]}
    "#);
    let body = json!({ "password": "123", "first_name": "Al" });
    assert_snapshot!(manager.patch(&at(&alice), body).await, @r#"
    400 Bad Request
    {"password":["This password is too short. It must contain at least 8 characters.","This password is too common.","This password is entirely numeric."]}
    "#);
    assert_eq!(now(&app, &alice).await.first_name, "");
}

/// Every request that would change an account.
fn changes() -> [(&'static str, Value); 6] {
    [
        ("PUT", json!({ "email": "taken.over@example.com", "username": "gone" })),
        ("PATCH", json!({ "password": "An0ther-Passw0rd!" })),
        ("PATCH", json!({ "email": "taken.over@example.com" })),
        ("PATCH", json!({ "is_active": false })),
        ("PATCH", json!({})),
        ("DELETE", Value::Null),
    ]
}

async fn try_all(by: &Caller<'_>, path: &str) -> Vec<u16> {
    let mut statuses = Vec::new();
    for (method, body) in changes() {
        let request = Request::new(method, path).json(&body);
        statuses.push(by.send(request).await.status.as_u16());
    }
    statuses
}

#[actix_web::test]
async fn callers_cannot_change_an_account_with_more_permissions() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS, VIEW_USERS]).await;
    let targets = [
        superuser(&app, "root").await,
        administrator(&app, "boss").await,
        holder(&app, "rolekeeper", &[MANAGE_USERS, MANAGE_ROLES]).await,
    ];

    for target in &targets {
        let before = now(&app, target).await;
        let statuses = try_all(&manager, &at(target)).await;
        assert_eq!(statuses, [403; 6], "{}", before.username);
        assert_eq!(now(&app, target).await, before);
        // The target and its session are unchanged.
        assert_eq!(target.get("/api/auth/me/").await.status, 200);
        assert_eq!(manager.get(&at(target)).await.status, 200);
    }
    // An account with the same permissions or fewer may be changed.
    let equal = holder(&app, "equal", &[MANAGE_USERS]).await;
    let statuses = try_all(&manager, &at(&equal)).await;
    assert_eq!(statuses, [200, 200, 200, 200, 200, 204]);
    let root = &targets[0];
    for target in &targets[1..] {
        assert_eq!(root.delete(&at(target), ()).await.status, 204);
    }
}

/// Assigning or revoking a role takes effect immediately.
#[actix_web::test]
async fn permissions_take_effect_immediately() {
    let app = TestApp::spawn().await;
    let alice = app.user("alice").await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let path = at(&alice);
    assert_eq!(alice.get(USERS).await.status, 403);

    let viewers = role(&app, "viewers", &[VIEW_USERS]).await;
    super::fixtures::give(&app, alice.account().id, viewers).await;
    assert_eq!(alice.get(USERS).await.status, 200);
    // Alice now has a permission that the manager does not have.
    assert_eq!(manager.patch(&path, "{}").await.status, 403);

    let assignments = &app.services().assignments;
    let director = super::fixtures::director();
    let taken =
        assignments.ensure_unassigned(&mut app.work(), director, alice.account().id, viewers).await;
    taken.unwrap();
    assert_eq!(alice.get(USERS).await.status, 403);
    assert_eq!(manager.patch(&path, "{}").await.status, 200);
}

#[actix_web::test]
async fn callers_cannot_deactivate_or_delete_themselves() {
    let app = TestApp::spawn().await;
    let root = superuser(&app, "root").await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;

    for caller in [&root, &manager] {
        let path = at(caller);
        let off = json!({ "is_active": false });
        let response = caller.patch(&path, off).await;
        assert_eq!(response.status, 400, "{response}");
        let words = "You cannot deactivate, delete or change the role of your own account.";
        assert_eq!(response.json(), json!({ "detail": words }));
        assert_eq!(caller.delete(&path, ()).await.status, 400);
        let named = caller.patch(&path, json!({ "first_name": "Me" })).await;
        assert_eq!(named.status, 200, "{named}");
    }
}

/// Setting one's own password keeps the current session, as changing it does, and ends the others.
#[actix_web::test]
async fn setting_the_own_password_keeps_the_current_session() {
    let app = TestApp::spawn().await;
    let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
    let login = json!({ "email": "manager@example.com", "password": TestApp::PASSWORD });
    let other = app.anonymous().post("/api/auth/login/", login).await;

    let body = json!({ "password": "An0ther-Passw0rd!" });
    assert_eq!(manager.patch(&at(&manager), body).await.status, 200);

    assert_eq!(manager.get("/api/auth/me/").await.status, 200);
    let request = Request::new("GET", "/api/auth/me/")
        .header("Authorization", &format!("Bearer {}", other.text_at("/access")));
    assert_eq!(app.send(request).await.status, 401);
}

/// A path of each surface that requires a token.
const PROTECTED: [&str; 5] = [
    "/auth/users/me/",
    "/api/users/profile/",
    "/api/auth/me/",
    "/api/v1/users/me",
    "/api/v1/orgs/",
];

#[actix_web::test]
async fn changes_to_an_account_invalidate_its_tokens_on_every_surface() {
    for (method, body) in [
        ("PATCH", json!({ "is_active": false })),
        ("PATCH", json!({ "password": "An0ther-Passw0rd!" })),
        ("DELETE", Value::Null),
    ] {
        let app = TestApp::spawn().await;
        let manager = holder(&app, "manager", &[MANAGE_USERS]).await;
        let alice = app.user("alice").await;
        let login = json!({ "username": "alice", "password": TestApp::PASSWORD });
        let opaque = app.anonymous().post("/auth/token/login/", login).await;
        let opaque = format!("Token {}", opaque.text_at("/auth_token"));
        let by_opaque = || Request::new("GET", PROTECTED[0]).header("Authorization", &opaque);
        for protected in PROTECTED {
            assert_eq!(alice.get(protected).await.status, 200, "{protected}");
        }
        assert_eq!(app.send(by_opaque()).await.status, 200);

        let response = manager.send(Request::new(method, &at(&alice)).json(&body)).await;
        assert!(response.status.is_success(), "{response}");

        for protected in PROTECTED {
            assert_eq!(alice.get(protected).await.status, 401, "{method} {body}: {protected}");
        }
        assert_eq!(app.send(by_opaque()).await.status, 401, "{method} {body}");
        let refresh = json!({ "refresh": alice.refresh() });
        for path in ["/auth/jwt/refresh/", "/api/auth/token/refresh/", "/api/users/refresh-token/"]
        {
            let response = app.anonymous().post(path, refresh.clone()).await;
            assert_eq!(response.status, 401, "{method} {body}: {path}");
        }
    }
}

#[actix_web::test]
async fn of_two_accounts_that_delete_each_other_one_remains() {
    for round in 0..4 {
        let app = TestApp::spawn().await;
        let (one, other) = if round % 2 == 0 {
            (superuser(&app, "one").await, superuser(&app, "other").await)
        } else {
            (
                holder(&app, "one", &[MANAGE_USERS]).await,
                holder(&app, "other", &[MANAGE_USERS]).await,
            )
        };
        let (to_one, to_other) = (at(&one), at(&other));
        let off = json!({ "is_active": false });
        let responses = if round < 2 {
            join_all([one.delete(&to_other, ()), other.delete(&to_one, ())]).await
        } else {
            let (a, b) =
                futures_util::join!(one.patch(&to_other, off.clone()), other.patch(&to_one, off));
            vec![a, b]
        };

        let done = responses.iter().filter(|response| response.status.is_success());
        assert_eq!(done.count(), 1, "round {round}: {} {}", responses[0], responses[1]);
        let inside = [one.get("/api/auth/me/").await, other.get("/api/auth/me/").await];
        let inside = inside.iter().filter(|response| response.status == 200).count();
        assert_eq!(inside, 1, "round {round}");
    }
}
