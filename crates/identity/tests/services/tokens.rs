//! Tests of signed tokens: their claims, and every reason for rejection.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use loggia_identity::{Error, Sessions, Subject, TokenError};
use serde_json::{Map, Value, json};

use crate::fixtures::{Fixture, KEY, PASSWORD};

type Claims = Map<String, Value>;

fn claims_of(token: &str) -> Claims {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    decode(token, &DecodingKey::from_secret(KEY), &validation).unwrap().claims
}

fn signed(claims: &Claims) -> String {
    signed_otherwise(claims, Algorithm::HS256, KEY)
}

fn signed_otherwise(claims: &Claims, algorithm: Algorithm, key: &[u8]) -> String {
    encode(&Header::new(algorithm), claims, &EncodingKey::from_secret(key)).unwrap()
}

fn without(claims: &Claims, name: &str) -> Claims {
    let mut claims = claims.clone();
    claims.remove(name).unwrap();
    claims
}

fn with(claims: &Claims, name: &str, value: impl Into<Value>) -> Claims {
    let mut claims = claims.clone();
    claims.insert(name.to_owned(), value.into());
    claims
}

/// Source: djangorestframework-simplejwt 5.5.1, `tokens.py`; `sub`, `sid` and `iss` are additions.
#[tokio::test]
async fn have_the_claims_of_simplejwt_and_the_session() {
    let fixture = Fixture::new().await;
    let account = fixture.register("alice").await;
    let now = fixture.now().unix_seconds();
    for (subject, user_id) in [
        (Subject::Number, account.id.to_string()),
        (Subject::PublicId, account.public_id.as_str().to_owned()),
    ] {
        let tokens = fixture.sessions.open(&mut fixture.work(), &account, subject).await.unwrap();
        let mut ids = Vec::new();
        for (token, kind, ttl) in
            [(&tokens.access, "access", 60 * 60), (&tokens.refresh, "refresh", 24 * 60 * 60)]
        {
            let claims = claims_of(token);
            let names: Vec<_> = claims.keys().map(String::as_str).collect();
            assert_eq!(names, ["token_type", "exp", "iat", "jti", "user_id", "sub", "sid", "iss"]);
            assert_eq!(claims["token_type"], kind);
            assert_eq!(claims["iat"], now);
            assert_eq!(claims["exp"], now + ttl);
            assert_eq!(claims["user_id"], user_id);
            assert_eq!(claims["sub"], account.public_id.as_str());
            assert_eq!(claims["iss"], "loggia");
            ids.push((claims["jti"].clone(), claims["sid"].clone()));
        }
        assert_ne!(ids[0].0, ids[1].0);
        assert_eq!(ids[0].0.as_str().unwrap().len(), 32);
        assert_eq!(ids[0].1, ids[1].1);
    }
}

/// Returns a valid access token of alice and its claims.
async fn alices_token(fixture: &Fixture) -> (String, Claims) {
    fixture.register("alice").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let claims = claims_of(&tokens.access);
    // A token built from the unchanged claims is valid, so the tokens below are rejected for their changes.
    assert!(fixture.sessions.caller(&mut fixture.work(), &signed(&claims)).await.is_ok());
    (tokens.access, claims)
}

async fn check(fixture: &Fixture, what: &str, token: &str, expected: TokenError) {
    match fixture.sessions.caller(&mut fixture.work(), token).await {
        Err(Error::InvalidToken(fault)) => assert_eq!(fault, expected, "{what}"),
        other => panic!("{what}: {other:?}"),
    }
}

#[tokio::test]
async fn are_rejected_unless_signed_with_the_key_and_algorithm() {
    let fixture = Fixture::new().await;
    let (token, claims) = alices_token(&fixture).await;
    let payload = token.split('.').nth(1).unwrap();
    // {"alg":"none","typ":"JWT"}
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{payload}.");
    for (what, token) in [
        ("empty", String::new()),
        ("garbage", "garbage".to_owned()),
        ("three parts of garbage", "a.b.c".to_owned()),
        ("unsigned", unsigned),
        ("another key", signed_otherwise(&claims, Algorithm::HS256, &[7; 32])),
        ("another algorithm", signed_otherwise(&claims, Algorithm::HS512, KEY)),
    ] {
        check(&fixture, what, &token, TokenError::Invalid).await;
    }
}

/// Source, here and below: djangorestframework-simplejwt 5.5.1, `tokens.py`.
#[tokio::test]
async fn are_rejected_outside_their_lifetime() {
    let fixture = Fixture::new().await;
    let (_, claims) = alices_token(&fixture).await;
    let now = fixture.now().unix_seconds();
    for (what, claims, fault) in [
        ("no issuing time", without(&claims, "iat"), TokenError::Invalid),
        ("issued in the future", with(&claims, "iat", now + LEEWAY_SECS + 1), TokenError::Invalid),
        ("not yet", with(&claims, "nbf", now + LEEWAY_SECS + 1), TokenError::Invalid),
        ("an end in words", with(&claims, "exp", "soon"), TokenError::Invalid),
        ("over", with(&claims, "exp", now), TokenError::Expired),
        ("long over", with(&claims, "exp", -1e300), TokenError::Expired),
        ("no end", without(&claims, "exp"), TokenError::NoExpiry),
        ("null for an end", with(&claims, "exp", Value::Null), TokenError::NoExpiry),
    ] {
        check(&fixture, what, &signed(&claims), fault).await;
    }
}

/// The clocks of replicas differ: one may receive a token of another before its own clock shows the time of issue.
/// Source: docs/contract/drf.md «Tokens».
const LEEWAY_SECS: i64 = 30;

#[tokio::test]
async fn are_accepted_from_a_clock_that_is_ahead_by_half_a_minute() {
    let fixture = Fixture::new().await;
    let (_, claims) = alices_token(&fixture).await;
    let now = fixture.now().unix_seconds();
    for name in ["iat", "nbf"] {
        let token = signed(&with(&claims, name, now + LEEWAY_SECS));
        let outcome = fixture.sessions.caller(&mut fixture.work(), &token).await;
        assert!(outcome.is_ok(), "{name}: {outcome:?}");
    }
}

#[tokio::test]
async fn are_rejected_for_a_missing_or_wrong_claim() {
    let fixture = Fixture::new().await;
    let (_, claims) = alices_token(&fixture).await;
    let list = json!(["access"]);
    for (what, claims, fault) in [
        ("no id", without(&claims, "jti"), TokenError::NoId),
        ("no type", without(&claims, "token_type"), TokenError::NoType),
        ("another type", with(&claims, "token_type", "refresh"), TokenError::WrongType),
        ("a list of types", with(&claims, "token_type", list), TokenError::WrongType),
        ("without a subject", without(&claims, "sub"), TokenError::NoSubject),
        ("a number's", with(&claims, "sub", 1), TokenError::NoSubject),
        ("no session", without(&claims, "sid"), TokenError::NoSubject),
        ("a stranger's", with(&claims, "sub", "unknown"), TokenError::UnknownAccount),
        ("another session", with(&claims, "sid", "none"), TokenError::UnknownAccount),
    ] {
        check(&fixture, what, &signed(&claims), fault).await;
    }
}

#[tokio::test]
async fn are_accepted_for_their_own_type_only() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let opaque = fixture.log_in_opaque("alice", PASSWORD).await.unwrap();
    let reset = fixture.reset_token("alice").await;
    let (access, refresh) = (tokens.access.as_str(), tokens.refresh.as_str());

    let sessions = &fixture.sessions;
    for token in [refresh, &opaque, &reset] {
        assert!(sessions.caller(&mut fixture.work(), token).await.is_err());
    }
    for token in [access, &opaque, &reset] {
        assert!(sessions.refresh(&mut fixture.work(), token, Subject::Number).await.is_err());
        assert!(sessions.blacklist(&mut fixture.work(), token, None).await.is_err());
    }
    for token in [access, refresh, &reset] {
        assert!(sessions.opaque_caller(&mut fixture.work(), token).await.is_err());
    }
    for token in [&opaque, &reset] {
        assert!(sessions.verify(&mut fixture.work(), token).await.is_err());
    }
    sessions.verify(&mut fixture.work(), access).await.unwrap();
    sessions.verify(&mut fixture.work(), refresh).await.unwrap();
}

#[tokio::test]
async fn are_hidden_in_debug_output() {
    let fixture = Fixture::new().await;
    fixture.register("alice").await;
    let tokens = fixture.log_in("alice", PASSWORD).await.unwrap();
    let attempt = crate::fixtures::attempt("alice", PASSWORD);
    let shown = format!("{tokens:?} {attempt:?}");
    assert!(!shown.contains("eyJ") && !shown.contains("alice") && !shown.contains(PASSWORD));
}
