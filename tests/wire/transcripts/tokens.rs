//! Invalid tokens, derived from the claims of a real one, and checks of the claims of every issued token.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value, json};
use sha2::{Sha256, Sha512};

use super::matcher::Diff;

/// A change to a valid token.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Defect {
    /// Expired an hour ago.
    Expired,
    /// Signed with another key.
    WrongKey,
    /// Sets the header `alg`, and signs accordingly or not at all.
    Algorithm(&'static str),
    /// Removes these claims.
    Without(&'static [&'static str]),
    /// Moves the claim into the far future.
    Future(&'static str),
    /// Replaces the user's text id with the same id as a number.
    NumericUser,
    /// Names a user and a session that do not exist, as after a deletion.
    UnknownUser,
    /// Names a user id in an invalid form.
    NoUserId,
}

/// Claims that name the user.
const USER: &[&str] = &["user_id", "sub"];
/// Claims that name the session.
const SESSION: &[&str] = &["sid"];

/// The first day of the year 2100, in seconds since 1970.
const FUTURE: i64 = 4_102_444_800;

/// Variable name (after `alice.`) and change of every invalid access token.
pub(crate) const BROKEN: &[(&str, Defect)] = &[
    ("expired", Defect::Expired),
    ("badsig", Defect::WrongKey),
    ("algnone", Defect::Algorithm("none")),
    ("hs512", Defect::Algorithm("HS512")),
    ("nojti", Defect::Without(&["jti"])),
    ("noexp", Defect::Without(&["exp"])),
    ("notype", Defect::Without(&["token_type"])),
    ("nouser", Defect::Without(USER)),
    ("intuser", Defect::NumericUser),
    ("ghost", Defect::UnknownUser),
    ("baduser", Defect::NoUserId),
    ("nbf-future", Defect::Future("nbf")),
    ("iat-future", Defect::Future("iat")),
];

/// Those of [`BROKEN`] that are derived from a refresh token as well (`alice.expired-refresh`).
pub(crate) const BROKEN_REFRESH: &[&str] =
    &["expired", "badsig", "nojti", "noexp", "notype", "nouser", "intuser", "ghost"];

/// The header or the claims of a token.
type Part = Map<String, Value>;

/// Returns the header and the claims of a token, whatever its signature.
///
/// # Errors
/// A sentence, if `token` is not a JSON web token.
pub(crate) fn parts(token: &str) -> Result<(Part, Part), String> {
    let mut pieces = token.split('.');
    let (Some(header), Some(claims), Some(_), None) =
        (pieces.next(), pieces.next(), pieces.next(), pieces.next())
    else {
        return Err(format!("not a token of three parts: {token}"));
    };
    Ok((decoded(header)?, decoded(claims)?))
}

/// Returns `token` with one change. `key` signs it as the server would; `now` is in seconds since 1970.
///
/// # Errors
/// A sentence, if `token` is not a JSON web token.
pub(crate) fn broken(token: &str, defect: Defect, key: &str, now: i64) -> Result<String, String> {
    let (mut header, mut claims) = parts(token)?;
    let mut key = key.to_owned();
    match defect {
        Defect::Expired => set(&mut claims, "exp", json!(now - 3600)),
        Defect::WrongKey => key = "x".repeat(40),
        Defect::Algorithm(name) => set(&mut header, "alg", json!(name)),
        Defect::Without(names) => names.iter().for_each(|name| {
            claims.shift_remove(*name);
        }),
        Defect::Future(name) => set(&mut claims, name, json!(FUTURE)),
        Defect::NumericUser => {
            let number = claims.get("user_id").and_then(Value::as_str);
            if let Some(number) = number.and_then(|id| id.parse::<i64>().ok()) {
                set(&mut claims, "user_id", json!(number));
            }
        }
        Defect::UnknownUser | Defect::NoUserId => rename(&mut claims, defect),
    }
    sign(&header, &claims, &key)
}

fn set(map: &mut Part, name: &str, value: Value) {
    map.insert(name.to_owned(), value);
}

/// Replaces the user in the claims. The session becomes unknown in both cases, because a real one would still identify
/// the user.
fn rename(claims: &mut Part, defect: Defect) {
    for name in USER.iter().chain(SESSION) {
        let Some(old) = claims.get(*name) else {
            continue;
        };
        let digits = old.as_i64().is_some()
            || old
                .as_str()
                .is_some_and(|text| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()));
        let unknown = if digits { "999999" } else { "5d1f1b4c-6f0e-5b9a-9c57-3a1d1f6f9d10" };
        let new = match defect {
            Defect::NoUserId if USER.contains(name) => "abc",
            _ => unknown,
        };
        claims.insert((*name).to_owned(), json!(new));
    }
}

fn decoded(piece: &str) -> Result<Part, String> {
    let bytes = URL_SAFE_NO_PAD
        .decode(piece)
        .map_err(|error| format!("not base64url ({error}): {piece}"))?;
    serde_json::from_slice(&bytes).map_err(|error| format!("not a JSON object ({error}): {piece}"))
}

pub(crate) fn sign(header: &Part, claims: &Part, key: &str) -> Result<String, String> {
    let [header_piece, claims_piece] = [header, claims]
        .map(|part| URL_SAFE_NO_PAD.encode(Value::Object(part.clone()).to_string()));
    let signed = format!("{header_piece}.{claims_piece}");
    let signature = match header.get("alg").and_then(Value::as_str) {
        Some("none") => Vec::new(),
        Some("HS256") => code::<Hmac<Sha256>>(key, &signed)?,
        Some("HS512") => code::<Hmac<Sha512>>(key, &signed)?,
        other => return Err(format!("tokens of algorithm {other:?} cannot be minted")),
    };
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn code<M: Mac + KeyInit>(key: &str, text: &str) -> Result<Vec<u8>, String> {
    let mut mac = <M as KeyInit>::new_from_slice(key.as_bytes())
        .map_err(|error| format!("no signing key: {error}"))?;
    mac.update(text.as_bytes());
    Ok(mac.finalize().into_bytes().to_vec())
}

/// Checks the claims of every access and refresh token in a response.
///
/// Lifetimes are those of the contract: 60 minutes and 1 day (decision 3).
pub(crate) fn check_claims(body: &Value, diff: &mut Diff, place: &str) {
    match body {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                check_claims(item, diff, &format!("{place}[{index}]"));
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                let place = format!("{place}.{name}");
                match (name.as_str(), value) {
                    ("access", Value::String(token)) => {
                        check_token(token, name, 3600, diff, &place)
                    }
                    ("refresh", Value::String(token)) => {
                        check_token(token, name, 86_400, diff, &place);
                    }
                    _ => check_claims(value, diff, &place),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

fn check_token(token: &str, kind: &str, seconds: i64, diff: &mut Diff, place: &str) {
    let (header, claims) = match parts(token) {
        Ok(parts) => parts,
        Err(error) => return diff.error(format!("{place}: {error}")),
    };
    for name in ["token_type", "exp", "iat", "jti", "user_id"] {
        if !claims.contains_key(name) {
            diff.error(format!("{place}: claim `{name}` is missing"));
        }
    }
    if claims.get("token_type") != Some(&json!(kind)) {
        diff.error(format!("{place}: token_type is {:?}", claims.get("token_type")));
    }
    if header.get("alg") != Some(&json!("HS256")) {
        diff.error(format!("{place}: alg is {:?}", header.get("alg")));
    }
    let time = |name: &str| claims.get(name).and_then(Value::as_i64).unwrap_or_default();
    let life = time("exp") - time("iat");
    if life != seconds {
        diff.error(format!("{place}: lives {life} s, the contract says {seconds} s"));
    }
}
