//! Which pattern a path matches.

use super::Paths;

#[test]
fn a_named_segment_goes_before_an_open_one() {
    let patterns = [
        "/users/",
        "/users/me/",
        "/users/{id}/",
        "/users/{id}/roles/{role}",
        "/users/me/{what}/",
        "/{any}/me/",
    ];
    let mut paths = Paths::default();
    for (index, pattern) in patterns.iter().enumerate() {
        paths.insert(pattern, index);
    }
    for (path, found) in [
        ("/users/", Some(0)),
        ("/users/me/", Some(1)),
        ("/users/7/", Some(2)),
        ("/users/%2F/", Some(2)),
        // A literal segment has no continuation here, the open one does.
        ("/users/me/roles/9", Some(3)),
        ("/users/me/roles/", Some(4)),
        ("/people/me/", Some(5)),
        ("", None),
        ("/", None),
        ("/users", None),
        ("/users//", None),
        ("/users//roles/9", None),
        ("/users/7/roles/", None),
        ("users/me/", None),
        ("//users/me/", None),
    ] {
        assert_eq!(paths.find(path), found, "{path}");
    }
}
