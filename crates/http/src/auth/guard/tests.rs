use actix_web::{
    App, HttpResponse,
    http::{Method, StatusCode},
    test::{TestRequest, init_service},
};
use serde_json::{Value, json};

use crate::{
    Routes, Surface,
    auth::{
        self, AnyCaller, Anyone, Authenticated, Credential, Guard, Member, OptionalCaller,
        Permission, RequireAdmin, RequirePermission,
    },
    dialect::Drf,
};

struct Api;

impl Surface for Api {
    type Dialect = Drf;

    const NAME: &'static str = "test";
    const PREFIXES: &'static [&'static str] = &["/"];
    const TITLE: &'static str = "Test";
    const DESCRIPTION: &'static str = "A surface of tests.";
    const CREDENTIALS: &'static str = "A token.";
    const DOCUMENT_PATH: &'static str = "/openapi/test.json";

    fn credential(header: Option<&str>) -> Credential<'_> {
        auth::bearer(header)
    }

    fn routes(list: &mut Routes<'_>) {
        routes(list);
    }
}

enum Read {}

impl Permission for Read {
    const CODENAME: &'static str = "read";
}

enum Write {}

impl Permission for Write {
    const CODENAME: &'static str = "write";
}

#[utoipa::path(get, path = "/open", responses())]
async fn open(_: Guard<Api, Anyone>) -> HttpResponse {
    HttpResponse::Ok().finish()
}

#[utoipa::path(post, path = "/open", responses())]
async fn also_open(_: Guard<Api, Anyone>, _: String) -> HttpResponse {
    HttpResponse::Created().finish()
}

#[utoipa::path(get, path = "/optional", responses())]
async fn optional(_: Guard<Api, OptionalCaller>) -> HttpResponse {
    HttpResponse::Ok().finish()
}

#[utoipa::path(get, path = "/any", responses())]
async fn any(_: Guard<Api, AnyCaller>) -> HttpResponse {
    HttpResponse::Ok().finish()
}

#[utoipa::path(get, path = "/authenticated", responses())]
async fn authenticated(_: Guard<Api, Authenticated>) -> HttpResponse {
    HttpResponse::Ok().finish()
}

#[utoipa::path(get, path = "/member", responses())]
async fn member(_: Guard<Api, Member>) -> HttpResponse {
    HttpResponse::Ok().finish()
}

#[utoipa::path(get, path = "/admin", responses())]
async fn admin(_: Guard<Api, RequireAdmin>) -> HttpResponse {
    HttpResponse::Ok().finish()
}

#[utoipa::path(get, path = "/writer", responses())]
async fn writer(_: Guard<Api, RequirePermission<Write>>) -> HttpResponse {
    HttpResponse::Ok().finish()
}

#[utoipa::path(get, path = "/reader", responses())]
async fn reader(_: Guard<Api, RequirePermission<(Write, Read)>>) -> HttpResponse {
    HttpResponse::Ok().finish()
}

fn routes(list: &mut Routes<'_>) {
    list.handler(open, __path_open)
        .handler(also_open, __path_also_open)
        .handler(optional, __path_optional)
        .handler(any, __path_any)
        .handler(authenticated, __path_authenticated)
        .handler(member, __path_member)
        .handler(admin, __path_admin)
        .handler(writer, __path_writer)
        .handler(reader, __path_reader);
}

#[test]
fn the_document_says_what_the_guard_demands() {
    let document = serde_json::to_value(Routes::describe(routes)).unwrap();
    for (path, security) in [
        ("/open", Value::Null),
        ("/optional", json!([{}, { "bearer": [] }])),
        ("/any", json!([{}, { "bearer": [] }])),
        ("/authenticated", json!([{ "bearer": [] }])),
        ("/member", json!([{ "bearer": [] }])),
        ("/admin", json!([{ "bearer": ["admin"] }])),
        ("/writer", json!([{ "bearer": ["write"] }])),
        ("/reader", json!([{ "bearer": ["write", "read"] }])),
    ] {
        assert_eq!(document["paths"][path]["get"]["security"], security, "{path}");
    }
    assert!(document["paths"]["/open"]["post"].is_object());
}

#[actix_web::test]
async fn a_path_serves_each_of_its_methods() {
    let app = init_service(App::new().configure(|config| Routes::mount(config, routes))).await;
    for (method, status) in [
        (Method::GET, StatusCode::OK),
        (Method::POST, StatusCode::CREATED),
        (Method::PUT, StatusCode::NOT_FOUND),
    ] {
        let request = TestRequest::with_uri("/open").method(method.clone());
        let response = actix_web::test::call_service(&app, request.to_request()).await;
        assert_eq!(response.status(), status, "{method}");
    }
}
