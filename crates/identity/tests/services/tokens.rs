//! Signed tokens: what is in them, and each way in which one is refused.

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use loggia_identity::{Error, Sessions, Subject, TokenFault};
use serde_json::{Map, Value, json};

use crate::world::{KEY, PASSWORD, World};

type Claims = Map<String, Value>;

fn claims_of(token: &str) -> Claims {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    decode(token, &DecodingKey::from_secret(KEY), &validation)
        .unwrap()
        .claims
}

fn signed(claims: &Claims) -> String {
    signed_otherwise(claims, Algorithm::HS256, KEY)
}

fn signed_otherwise(claims: &Claims, algorithm: Algorithm, key: &[u8]) -> String {
    encode(
        &Header::new(algorithm),
        claims,
        &EncodingKey::from_secret(key),
    )
    .unwrap()
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

/// Source: djangorestframework-simplejwt 5.5.1, `tokens.py`; `sub`, `sid` and `iss` are ours.
#[tokio::test]
async fn say_what_simplejwt_says_and_whose_session_it_is() {
    let world = World::new().await;
    let account = world.register("alice").await;
    let now = world.now().unix_seconds();
    for (subject, user_id) in [
        (Subject::Number, account.id.to_string()),
        (Subject::PublicId, account.public_id.as_str().to_owned()),
    ] {
        let tokens = world.sessions.open(&account, subject).await.unwrap();
        let mut ids = Vec::new();
        for (token, kind, ttl) in [
            (&tokens.access, "access", 60 * 60),
            (&tokens.refresh, "refresh", 24 * 60 * 60),
        ] {
            let claims = claims_of(token);
            let names: Vec<_> = claims.keys().map(String::as_str).collect();
            assert_eq!(
                names,
                [
                    "token_type",
                    "exp",
                    "iat",
                    "jti",
                    "user_id",
                    "sub",
                    "sid",
                    "iss"
                ]
            );
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

/// Each with one thing wrong, and the words for it. Source: contract of the Django REST framework surfaces, 2.2 and 2.4.
#[tokio::test]
async fn are_refused_for_one_thing_wrong() {
    let world = World::new().await;
    world.register("alice").await;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();
    let access = claims_of(&tokens.access);
    let now = world.now().unix_seconds();
    assert!(world.sessions.caller(&signed(&access)).await.is_ok());

    let unsigned = {
        let parts: Vec<_> = tokens.access.split('.').collect();
        // {"alg":"none","typ":"JWT"}
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{}.", parts[1])
    };
    let (no_exp, refresh) = (without(&access, "exp"), claims_of(&tokens.refresh));
    let cases = [
        ("empty", String::new(), TokenFault::Invalid),
        ("garbage", "garbage".to_owned(), TokenFault::Invalid),
        (
            "three parts of garbage",
            "a.b.c".to_owned(),
            TokenFault::Invalid,
        ),
        ("unsigned", unsigned, TokenFault::Invalid),
        (
            "another key",
            signed_otherwise(&access, Algorithm::HS256, &[7; 32]),
            TokenFault::Invalid,
        ),
        (
            "another algorithm",
            signed_otherwise(&access, Algorithm::HS512, KEY),
            TokenFault::Invalid,
        ),
        (
            "no issuing time",
            signed(&without(&access, "iat")),
            TokenFault::Invalid,
        ),
        (
            "issued in the future",
            signed(&with(&access, "iat", now + 1)),
            TokenFault::Invalid,
        ),
        (
            "not yet",
            signed(&with(&access, "nbf", now + 1)),
            TokenFault::Invalid,
        ),
        (
            "times in words",
            signed(&with(&access, "exp", "soon")),
            TokenFault::Invalid,
        ),
        (
            "over",
            signed(&with(&access, "exp", now)),
            TokenFault::Expired,
        ),
        (
            "long over",
            signed(&with(&access, "exp", -1e300)),
            TokenFault::Expired,
        ),
        ("no end", signed(&no_exp), TokenFault::NoExpiry),
        (
            "no end, null",
            signed(&with(&access, "exp", Value::Null)),
            TokenFault::NoExpiry,
        ),
        ("no id", signed(&without(&access, "jti")), TokenFault::NoId),
        (
            "no type",
            signed(&without(&access, "token_type")),
            TokenFault::NoType,
        ),
        (
            "another type",
            signed(&with(&access, "token_type", "sliding")),
            TokenFault::WrongType,
        ),
        (
            "a type of another kind",
            signed(&with(&access, "token_type", json!([]))),
            TokenFault::WrongType,
        ),
        ("a refresh token", signed(&refresh), TokenFault::WrongType),
        (
            "nobody's",
            signed(&without(&access, "sub")),
            TokenFault::NoSubject,
        ),
        (
            "a number's",
            signed(&with(&access, "sub", 1)),
            TokenFault::NoSubject,
        ),
        (
            "no session",
            signed(&without(&access, "sid")),
            TokenFault::NoSubject,
        ),
        (
            "a stranger's",
            signed(&with(&access, "sub", "nobody")),
            TokenFault::UnknownAccount,
        ),
        (
            "another session",
            signed(&with(&access, "sid", "none")),
            TokenFault::UnknownAccount,
        ),
    ];
    for (what, token, expected) in cases {
        match world.sessions.caller(&token).await {
            Err(Error::BadToken(fault)) => assert_eq!(fault, expected, "{what}"),
            other => panic!("{what}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn are_good_in_their_own_place_only() {
    let world = World::new().await;
    world.register("alice").await;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();
    let opaque = world.log_in_opaque("alice", PASSWORD).await.unwrap();
    let reset = world.reset_token("alice").await;
    let (access, refresh) = (tokens.access.as_str(), tokens.refresh.as_str());

    let sessions = &world.sessions;
    for token in [refresh, &opaque, &reset] {
        assert!(sessions.caller(token).await.is_err());
    }
    for token in [access, &opaque, &reset] {
        assert!(sessions.refresh(token, Subject::Number).await.is_err());
        assert!(sessions.blacklist(token, None).await.is_err());
    }
    for token in [access, refresh, &reset] {
        assert!(sessions.opaque_caller(token).await.is_err());
    }
    for token in [&opaque, &reset] {
        assert!(sessions.verify(token).await.is_err());
    }
    sessions.verify(access).await.unwrap();
    sessions.verify(refresh).await.unwrap();
}

#[tokio::test]
async fn show_nothing_of_themselves_in_debug() {
    let world = World::new().await;
    world.register("alice").await;
    let tokens = world.log_in("alice", PASSWORD).await.unwrap();
    let attempt = crate::world::attempt("alice", PASSWORD);
    let shown = format!("{tokens:?} {attempt:?}");
    assert!(!shown.contains("eyJ") && !shown.contains("alice") && !shown.contains(PASSWORD));
}
