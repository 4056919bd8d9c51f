use std::collections::BTreeMap;
use std::fs;

use super::*;

const LINK: &str = "https://example.com/reset?uid=MQ&token=abc";

/// The files of one email, `v1/reset`, and a layout that its HTML extends.
const FILES: [(&str, &str); 4] = [
    ("_layout.html", "<p>Hello {{ name }},</p>{% block body %}{% endblock %}"),
    ("v1/reset.subject.txt", "Reset your password for {{ site }}\n"),
    ("v1/reset.txt", "Hello {{ name }},\n{{ link }}\n"),
    (
        "v1/reset.html",
        "{% extends \"_layout.html\" %}{% block body %}<a href=\"{{ link }}\">Reset</a>{% endblock %}",
    ),
];

fn templates(override_dir: Option<&Path>) -> Result<Templates> {
    let files = FILES.map(|(name, text)| (name.to_owned(), text));
    Templates::new(files, override_dir.map(Path::to_owned))
}

fn values<'a>(more: &[(&'a str, &'a str)]) -> BTreeMap<&'a str, &'a str> {
    let mut values = BTreeMap::from([("site", "Example"), ("name", "Bob Builder"), ("link", LINK)]);
    values.extend(more.iter().copied());
    values
}

#[test]
fn renders_subject_text_and_html() {
    let message = templates(None).unwrap().render("v1/reset", values(&[])).unwrap();

    assert_eq!(message.subject, "Reset your password for Example");
    assert_eq!(message.text, format!("Hello Bob Builder,\n{LINK}\n"));
    let href = LINK.replace('&', "&amp;");
    let html = format!(r#"<p>Hello Bob Builder,</p><a href="{href}">Reset</a>"#);
    assert_eq!(message.html, html);
}

#[test]
fn escapes_values_in_html_only() {
    let templates = templates(None).unwrap();

    let message =
        templates.render("v1/reset", values(&[("name", r#"<b>"Bob" & 'co'</b>"#)])).unwrap();

    assert!(message.text.contains(r#"Hello <b>"Bob" & 'co'</b>,"#));
    assert!(
        message.html.contains("Hello &lt;b&gt;&quot;Bob&quot; &amp; &#x27;co&#x27;&lt;/b&gt;,"),
        "{}",
        message.html
    );
}

#[test]
fn a_subject_stays_on_one_line() {
    let templates = templates(None).unwrap();

    let message = templates
        .render("v1/reset", values(&[("site", "Example\r\nBcc: eve@example.com")]))
        .unwrap();

    assert_eq!(message.subject, "Reset your password for Example Bcc: eve@example.com");
}

#[test]
fn a_file_of_the_operator_replaces_the_built_in_one() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("v1")).unwrap();
    fs::write(
        folder.path().join("v1/reset.txt"),
        "Salut {{ name }} : {{ link }}{% include \"v1/end.txt\" %}",
    )
    .unwrap();
    fs::write(folder.path().join("v1/end.txt"), " bye").unwrap();
    let templates = templates(Some(folder.path())).unwrap();

    let message = templates.render("v1/reset", values(&[])).unwrap();

    assert_eq!(message.text, format!("Salut Bob Builder : {LINK} bye"));
    assert_eq!(message.subject, "Reset your password for Example");
}

#[test]
fn a_faulty_file_of_the_operator_is_named_at_once() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("v1")).unwrap();
    fs::write(folder.path().join("v1/reset.html"), "{{ name").unwrap();

    let refused = templates(Some(folder.path())).unwrap_err();

    assert_eq!(refused.to_string(), "mail template v1/reset.html cannot be used");
}

#[test]
fn a_missing_folder_is_refused() {
    let refused = templates(Some(Path::new("/nonexistent/templates"))).unwrap_err();

    assert!(matches!(refused, Error::Invalid { .. }));
}

#[test]
fn a_missing_value_is_an_error_and_is_not_quoted() {
    let templates = templates(None).unwrap();
    let mut values = values(&[]);
    values.remove("name");

    let refused = templates.render("v1/reset", values).unwrap_err();

    assert!(matches!(&refused, Error::Template { name, .. } if name == "v1/reset.txt"));
    assert!(!format!("{refused:?}").contains("token=abc"));
}

#[test]
fn an_unknown_email_is_an_error() {
    let templates = templates(None).unwrap();

    assert!(templates.render("v1/nonesuch", values(&[])).is_err());
}
