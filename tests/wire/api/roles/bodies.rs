//! Invalid bodies, and forms.

use insta::assert_snapshot;
use rstest::rstest;
use serde_json::{Value, json};

use super::{ROLES, carried};
use crate::app::{Request, TestApp};

#[actix_web::test]
async fn names_every_invalid_field_at_once() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let body = json!({ "name": "Admin", "description": [], "permission_ids": [1, 999_999, true] });
    assert_snapshot!(admin.post(ROLES, body).await, @r#"
    400 Bad Request
    {"description":["Not a valid string."],"name":["role with this name already exists."],"permission_ids":["Invalid pk \"999999\" - object does not exist."]}
    "#);
}

#[rstest]
#[case(json!("1"), r#"Expected a list of items but got type "str"."#)]
#[case(json!({}), r#"Expected a list of items but got type "dict"."#)]
#[case(json!(null), "This field may not be null.")]
#[case(json!([true]), "Incorrect type. Expected pk value, received bool.")]
#[case(json!([[1]]), "Incorrect type. Expected pk value, received list.")]
#[case(json!(["x\0"]), "Incorrect type. Expected pk value, received str.")]
#[case(json!([1.5]), "Incorrect type. Expected pk value, received float.")]
#[case(json!([-1]), r#"Invalid pk "-1" - object does not exist."#)]
#[actix_web::test]
async fn rejects_invalid_lists_of_permissions(#[case] ids: Value, #[case] words: &str) {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let response = admin.post(ROLES, json!({ "name": "R", "permission_ids": ids })).await;
    assert_eq!(response.status, 400, "{response}");
    assert_eq!(response.json(), json!({ "permission_ids": [words] }));
}

/// Bodies near the size limit: many distinct numbers, or brackets only.
#[actix_web::test]
async fn an_excessive_list_of_permissions_is_rejected() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;
    let numbers: Vec<String> = (1000..11_000).map(|n| n.to_string()).collect();
    let numbers = format!(r#"{{"name":"R","permission_ids":[{}]}}"#, numbers.join(","));
    let depth = 30_000;
    let brackets =
        format!(r#"{{"name":"R","permission_ids":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));

    for body in [numbers, brackets] {
        let response = admin.post(ROLES, &*body).await;
        assert_eq!(response.status, 400, "{response}");
    }
}

#[actix_web::test]
async fn a_form_repeats_the_field_for_several_permissions() {
    let app = TestApp::spawn().await;
    let admin = app.admin().await;

    let form = Request::new("POST", ROLES)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body("name=Form&name=Formed&permission_ids=1&permission_ids=2");
    let response = admin.send(form).await;
    assert_eq!(response.status, 201, "{response}");
    assert_eq!(response.json()["name"], "Formed");
    assert_eq!(carried(&response), ["manage_users", "view_users"]);
}
