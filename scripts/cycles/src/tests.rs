use std::path::Path;

use super::{cycles, modules::Modules};

fn report(files: &[(&str, &str)]) -> Vec<String> {
    let read = |file: &Path| {
        let mut files = files.iter();
        let found = files.find(|(name, _)| Path::new(name) == file);
        found.map(|(_, text)| (*text).to_owned())
    };
    cycles(&Modules::of(Path::new("lib.rs"), &read))
}

#[test]
fn names_the_lines_that_close_a_cycle() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "use crate::b::B;\npub struct A(B);"),
        ("b.rs", "pub struct B;\nfn f() -> crate::a::A { loop {} }"),
    ];
    assert_eq!(
        report(&files),
        ["an import cycle of 2 modules\n  a -> b: a.rs:1: uses b.rs\n  b -> a: b.rs:2: uses a.rs"]
    );
    assert!(report(&files[..2]).is_empty());
}

#[test]
fn a_folder_counts_as_a_whole() {
    let files = [
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", "mod x; mod y;"),
        ("a/x.rs", "use crate::b::B;"),
        ("a/y.rs", "pub struct Y;"),
        ("b.rs", "use crate::a::y::Y; pub struct B(Y);"),
    ];
    assert_eq!(report(&files).len(), 1);
}

#[test]
fn a_module_and_its_child_use_each_other_in_one_direction_only() {
    let child = ("a/b.rs", "use super::Own; pub struct B(Own);");
    let root = ("lib.rs", "mod a;");
    let declares = ("a.rs", "mod b; pub use b::B; pub struct Own;");
    assert!(report(&[root, declares, child]).is_empty());
    let uses = ("a.rs", "mod b; use b::B; pub struct Own; fn f(b: B) {}");
    assert_eq!(report(&[root, uses, child]).len(), 1);
}
