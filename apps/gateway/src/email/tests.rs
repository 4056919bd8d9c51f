//! Emails from the request to the mailer: the queue contains no secret, and the email contains the right link.

use std::{collections::BTreeMap, time::Duration};

use loggia_http::email::EmailTemplate;
use loggia_identity::{
    EmailKind, EmailRequest, NewAccount, NewUsername, PasswordReset, passwords::Password,
};
use loggia_jobs::{Handler, JobError};
use loggia_kernel::{AccountId, Email, Username};
use rstest::rstest;
use serde_json::{Value, json};

use super::{KIND, outbox::Payload, templates};
use crate::{state::tests::Stage, surfaces, worker};

fn email(text: &str) -> Email {
    Email::parse(text).unwrap()
}

async fn with_alice() -> (Stage, AccountId) {
    let stage = Stage::open().await;
    let new = NewAccount::new(
        NewUsername::Given(Username::parse("alice").unwrap()),
        Some(email("alice@example.com")),
        Some(Password::new("Str0ng-Passw0rd!").unwrap()),
    );
    let alice = stage.services.accounts.register(&mut stage.services.work(), new).await.unwrap();
    (stage, alice.id)
}

fn template(name: &str) -> EmailTemplate {
    surfaces::email_template(name).unwrap()
}

fn request(template: EmailTemplate, kind: EmailKind) -> EmailRequest {
    template.request(kind)
}

#[test]
fn has_a_link_to_the_frontends_page() {
    let frontend = "https://app.example.com/".parse().unwrap();
    let check = |template: EmailTemplate, expected: &str| {
        let link = template.link(&frontend, AccountId::new(1), "t0k-en_");
        assert_eq!(link, format!("https://app.example.com{expected}"));
    };
    check(template("djoser/password_reset"), "/#/password/reset/confirm/MQ/t0k-en_");
    check(template("djoser/username_reset"), "/#/username/reset/confirm/MQ/t0k-en_");
    check(template("djoser/activation"), "/#/activate/MQ/t0k-en_");
    check(template("api/password_reset"), "/reset-password?token=t0k-en_");
    check(template("v1/password_reset"), "/reset-password?token=t0k-en_");
    check(template("v1/email_change"), "/verify-email-change?token=t0k-en_");
}

#[test]
fn has_the_documented_lifetime() {
    let templates = surfaces::SURFACES.iter().flat_map(|surface| surface.email_templates());
    let hours = templates.map(|template| template.lifetime.as_secs() / 3_600);
    assert_eq!(hours.collect::<Vec<_>>(), [72, 72, 72, 72, 2, 24]);
}

#[test]
fn is_found_by_its_name() {
    for surface in &surfaces::SURFACES {
        for template in surface.email_templates() {
            let found = surfaces::email_template(template.name).unwrap();
            assert_eq!(found.name, template.name);
            assert!(template.name.starts_with(surface.name()), "{}", template.name);
        }
    }
    assert!(surfaces::email_template("djoser/none").is_none());
}

/// The values of an email whose link is valid for three days.
fn values() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([
        ("site", "Example"),
        ("username", "bob"),
        ("name", "Bob Builder"),
        ("link", LINK),
        ("days", "3"),
        ("new_email", "new@example.com"),
    ])
}

const LINK: &str = "https://example.com/reset?uid=MQ&token=abc";

#[rstest]
#[case("djoser/password_reset", "Password reset on Example")]
#[case("djoser/username_reset", "Username reset on Example")]
#[case("djoser/activation", "Account activation on Example")]
#[case("api/password_reset", "Password reset on Example")]
#[case("v1/password_reset", "Reset your password for Example")]
#[case("v1/email_change", "Confirm your email change for Example")]
fn says_what_it_must(#[case] name: &str, #[case] subject: &str) {
    let message = templates(None).unwrap().render(name, values()).unwrap();

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

#[rstest]
#[case("hours", 24, "24 hours")]
#[case("hours", 1, "1 hour")]
#[case("days", 1, "1 day")]
#[case("days", 3, "3 days")]
fn states_the_validity_in_hours_or_days(
    #[case] unit: &str,
    #[case] number: u64,
    #[case] expected: &str,
) {
    let mut values: BTreeMap<&str, Value> =
        values().into_iter().map(|(name, value)| (name, value.into())).collect();
    values.remove("days");
    values.insert(unit, number.into());

    let message = templates(None).unwrap().render("v1/password_reset", values).unwrap();

    let sentence = format!("The link is valid for {expected}.");
    assert!(message.text.contains(&sentence), "{}", message.text);
    assert!(message.html.contains(&sentence), "{}", message.html);
}

#[test]
fn survives_serialization() {
    for (kind, stored) in [
        (
            EmailKind::PasswordReset(email("alice@example.com")),
            json!({ "about": "password_reset", "email": "alice@example.com" }),
        ),
        (
            EmailKind::UsernameReset(email("alice@example.com")),
            json!({ "about": "username_reset", "email": "alice@example.com" }),
        ),
        (
            EmailKind::EmailChange {
                account: AccountId::new(7),
                new_email: email("new@example.com"),
            },
            json!({ "about": "email_change", "account": 7, "new_email": "new@example.com" }),
        ),
    ] {
        let payload = Payload::of(&request(template("api/password_reset"), kind.clone()));
        let value = serde_json::to_value(&payload).unwrap();
        assert_eq!(value, json!({ "template": "api/password_reset", "matter": stored }));
        let back: Payload = serde_json::from_value(value).unwrap();
        assert_eq!(back.kind.into_kind(), Some(kind));
        assert!(!format!("{payload:?}").contains("@example.com"));
    }
}

#[tokio::test]
async fn is_queued_without_a_secret() {
    let (stage, _) = with_alice().await;
    let kind = EmailKind::PasswordReset(email("ALICE@example.com"));
    let email_request = request(template("djoser/password_reset"), kind);

    stage.services.one_time.request(&mut stage.services.work(), &email_request).await.unwrap();

    let (queue, work) = (&stage.services.queue, &mut stage.services.work());
    let lease = Duration::from_secs(60);
    let claimed = queue.claim(work, &[KIND], lease).await.unwrap().unwrap();
    assert_eq!(claimed.payload, serde_json::to_value(Payload::of(&email_request)).unwrap());
    queue.finish(work, &claimed).await.unwrap();
}

#[tokio::test]
async fn has_a_link_that_works_once() {
    let (stage, alice) = with_alice().await;
    let services = &stage.services;
    let kind = EmailKind::PasswordReset(email("alice@example.com"));
    let email_request = request(template("djoser/password_reset"), kind);
    services.one_time.request(&mut services.work(), &email_request).await.unwrap();

    worker::of(services).drain().await.unwrap();

    let mails = stage.mail.take();
    assert_eq!(mails.len(), 1);
    let mail = &mails[0];
    assert_eq!(mail.to(), "alice@example.com");
    assert_eq!(mail.subject(), "Password reset on Loggia");
    assert!(mail.text().contains("valid for 3 days"), "{}", mail.text());
    let link = "http://127.0.0.1:8000/#/password/reset/confirm/MQ/";
    let (_, rest) = mail.text().split_once(link).unwrap();
    let token = rest.split_whitespace().next().unwrap();
    assert!(mail.html().unwrap().contains(token));

    let password = Password::new("An0ther-Passw0rd!").unwrap();
    let reset = || PasswordReset { token, owner: Some(alice), password: &password };
    services.one_time.reset_password(&mut services.work(), reset()).await.unwrap();
    services.one_time.reset_password(&mut services.work(), reset()).await.unwrap_err();
}

#[tokio::test]
async fn is_rendered_by_every_template() {
    let (stage, alice) = with_alice().await;
    let address = email("alice@example.com");
    let change = EmailKind::EmailChange { account: alice, new_email: email("new@example.com") };
    for (template, kind) in [
        (template("djoser/username_reset"), EmailKind::UsernameReset(address.clone())),
        (template("api/password_reset"), EmailKind::PasswordReset(address.clone())),
        (template("v1/password_reset"), EmailKind::PasswordReset(address)),
        (template("v1/email_change"), change),
    ] {
        let email_request = request(template, kind.clone());
        stage.services.one_time.request(&mut stage.services.work(), &email_request).await.unwrap();
        worker::of(&stage.services).drain().await.unwrap();
        let mails = stage.mail.take();
        assert_eq!(mails.len(), 1, "{template:?}");
        let text = mails[0].text();
        assert!(text.contains("token=") || text.contains("/confirm/"));
        let days_or_hours = match template.name {
            "v1/password_reset" => "2 hours",
            "v1/email_change" => "24 hours",
            _ => "3 days",
        };
        assert!(text.contains(days_or_hours), "{text}");
    }
}

#[tokio::test]
async fn is_not_sent_without_an_account() {
    let (stage, _) = with_alice().await;
    let kind = EmailKind::PasswordReset(email("unknown@example.com"));
    let email_request = request(template("v1/password_reset"), kind);
    stage.services.one_time.request(&mut stage.services.work(), &email_request).await.unwrap();

    assert_eq!(worker::of(&stage.services).drain().await.unwrap(), 1);

    assert!(stage.mail.take().is_empty());
    let work = &mut stage.services.work();
    assert_eq!(stage.services.queue.pending(work).await.unwrap(), 0);
}

#[tokio::test]
async fn is_retried_if_its_template_is_unknown() {
    let (stage, _) = with_alice().await;
    let sender = worker::email_sender(&stage.services);
    let matter = json!({ "about": "password_reset", "email": "alice@example.com" });
    let newer = json!({ "template": "v2/greeting", "matter": matter });
    let error = sender.run(newer, 1).await.unwrap_err();
    assert!(matches!(error, JobError::Retry(_)));

    let broken =
        json!({ "template": "v1/password_reset", "matter": { "email": "alice@example.com" } });
    let error = sender.run(broken, 1).await.unwrap_err();
    assert!(matches!(error, JobError::Permanent(_)));
    assert!(!error.to_string().contains("alice"));
}

#[tokio::test]
async fn leaves_a_token_that_is_purged_after_its_expiry() {
    let (stage, alice) = with_alice().await;
    let one_time = &stage.services.one_time;
    let now = stage.services.clock.now();
    one_time.issue_activation(&mut stage.services.work(), alice, now).await.unwrap();
    stage.clock.advance(Duration::from_secs(2 * 86_400));

    worker::purge(&stage.services).await;

    assert_eq!(one_time.purge(&mut stage.services.work()).await.unwrap(), 0);
}
