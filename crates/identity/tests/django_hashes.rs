//! Passwords as Django stored them: every vector matches, or does not, as Django says.
//!
//! `django-hash-vectors.json` was made by Django 5.2.19 itself.

use std::collections::HashSet;

use loggia_identity::passwords::{Params, Password, hash, verify};
use serde::Deserialize;

#[derive(Deserialize)]
struct File {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    password: String,
    encoded: String,
    valid: bool,
    note: String,
}

fn vectors() -> serde_json::Result<Vec<Vector>> {
    let file: File = serde_json::from_str(include_str!("django-hash-vectors.json"))?;
    Ok(file.vectors)
}

#[test]
fn every_vector_matches_as_in_django_and_needs_a_rehash() {
    let vectors = vectors().unwrap();
    assert!(30 < vectors.len());
    for vector in vectors {
        let password = Password::new(vector.password).unwrap();
        let outcome = verify(&vector.encoded, &password, Params::default()).unwrap();
        assert_eq!(outcome.matches, vector.valid, "{}", vector.note);
        // Django's `must_rehash` is about its own favourite; ours is none of these.
        assert_eq!(outcome.needs_rehash, vector.valid, "{}", vector.note);
    }
}

#[test]
fn no_format_matches_another_password() {
    let password = Password::new("not the password").unwrap();
    let mut seen = HashSet::new();
    for vector in vectors().unwrap() {
        // One of each format: their costs are real ones.
        let format = vector.encoded.split('$').next().map(str::to_owned);
        if seen.insert(format) {
            let outcome = verify(&vector.encoded, &password, Params::default()).unwrap();
            assert!(!outcome.matches && !outcome.needs_rehash, "{}", vector.note);
        }
    }
}

#[test]
fn the_rehash_of_an_imported_password_is_final() {
    let password = Password::new("SecurePass123!").unwrap();
    let stored = hash(&password, Params::default()).unwrap();
    let outcome = verify(&stored, &password, Params::default()).unwrap();
    assert!(outcome.matches && !outcome.needs_rehash);
}
