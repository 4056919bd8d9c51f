use std::collections::BTreeMap;
use std::fs;

use rstest::rstest;

use super::*;

const LINK: &str = "https://example.com/reset?uid=MQ&token=abc";

fn values<'a>(more: &[(&'a str, &'a str)]) -> BTreeMap<&'a str, &'a str> {
    let mut values = BTreeMap::from([
        ("site", "Example"),
        ("username", "bob"),
        ("name", "Bob Builder"),
        ("link", LINK),
        ("days", "3"),
    ]);
    values.extend(more.iter().copied());
    values
}

#[rstest]
#[case("djoser/password_reset", "Password reset on Example")]
#[case("djoser/username_reset", "Username reset on Example")]
#[case("djoser/activation", "Account activation on Example")]
#[case("api/password_reset", "Password reset on Example")]
#[case("v1/password_reset", "Reset your password for Example")]
#[case("v1/email_change", "Confirm your email change for Example")]
fn every_letter_says_what_it_must(#[case] name: &str, #[case] subject: &str) {
    let templates = Templates::new(None).unwrap();

    let message = templates.render(name, values(&[("new_email", "new@example.com")])).unwrap();

    assert_eq!(message.subject, subject);
    assert!(message.text.lines().any(|line| line == LINK), "{}", message.text);
    assert!(message.text.ends_with("The Example team\n"));
    for part in [&message.text, &message.html] {
        for word in ["Hello Bob Builder,", "bob", "valid for 3 days.", "ignore this message"] {
            assert!(part.contains(word), "{word} in {part}");
        }
    }
    let href = format!(r#"href="{}""#, LINK.replace('&', "&amp;"));
    assert!(message.html.contains(&href), "{}", message.html);
    assert_eq!(message.text.contains("new@example.com"), name == "v1/email_change");
}

#[test]
fn names_the_validity_in_hours_or_days() {
    let templates = Templates::new(None).unwrap();
    let valid = |values: &[(&str, u64)]| {
        let values: BTreeMap<_, _> = values.iter().copied().collect();
        templates.file("_valid.txt", &Value::from(Serde(values))).unwrap()
    };

    assert_eq!(valid(&[("hours", 24)]), "24 hours");
    assert_eq!(valid(&[("hours", 1)]), "1 hour");
    assert_eq!(valid(&[("days", 1)]), "1 day");
    assert_eq!(valid(&[("days", 3)]), "3 days");
}

#[test]
fn escapes_values_in_html_only() {
    let templates = Templates::new(None).unwrap();

    let message = templates
        .render("djoser/password_reset", values(&[("name", r#"<b>"Bob" & 'co'</b>"#)]))
        .unwrap();

    assert!(message.text.contains(r#"Hello <b>"Bob" & 'co'</b>,"#));
    assert!(
        message.html.contains("Hello &lt;b&gt;&quot;Bob&quot; &amp; &#x27;co&#x27;&lt;/b&gt;,"),
        "{}",
        message.html
    );
}

#[test]
fn a_subject_stays_on_one_line() {
    let templates = Templates::new(None).unwrap();

    let message = templates
        .render("djoser/password_reset", values(&[("site", "Example\r\nBcc: eve@example.com")]))
        .unwrap();

    assert_eq!(message.subject, "Password reset on Example Bcc: eve@example.com");
}

#[test]
fn a_file_of_the_operator_replaces_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("v1")).unwrap();
    fs::write(
        folder.path().join("v1/password_reset.txt"),
        "Salut {{ name }} : {{ link }}{% include \"v1/end.txt\" %}",
    )
    .unwrap();
    fs::write(folder.path().join("v1/end.txt"), " bye").unwrap();
    let templates = Templates::new(Some(folder.path().to_owned())).unwrap();

    let message = templates.render("v1/password_reset", values(&[])).unwrap();

    assert_eq!(message.text, format!("Salut Bob Builder : {LINK} bye"));
    assert_eq!(message.subject, "Reset your password for Example");
}

#[test]
fn a_faulty_file_of_the_operator_is_named_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("v1")).unwrap();
    fs::write(folder.path().join("v1/password_reset.html"), "{{ name").unwrap();

    let refused = Templates::new(Some(folder.path().to_owned())).unwrap_err();

    assert_eq!(refused.to_string(), "mail template v1/password_reset.html cannot be used");
}

#[test]
fn a_missing_folder_is_refused() {
    let refused = Templates::new(Some("/nonexistent/templates".into())).unwrap_err();

    assert!(matches!(refused, Error::Invalid { .. }));
}

#[test]
fn a_missing_value_is_an_error_and_is_not_quoted() {
    let templates = Templates::new(None).unwrap();
    let mut values = values(&[]);
    values.remove("name");

    let refused = templates.render("v1/password_reset", values).unwrap_err();

    assert!(matches!(&refused, Error::Template { name, .. } if name == "v1/password_reset.txt"));
    assert!(!format!("{refused:?}").contains("token=abc"));
}

#[test]
fn an_unknown_letter_is_an_error() {
    let templates = Templates::new(None).unwrap();

    assert!(templates.render("v1/nonesuch", values(&[])).is_err());
}
