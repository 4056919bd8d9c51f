use std::{collections::BTreeMap, path::Path};

use super::Modules;

/// Returns the uses of a crate with these files, as `from -> to`.
fn uses(files: &[(&str, &str)]) -> Vec<String> {
    let files: BTreeMap<&Path, &str> =
        files.iter().map(|(file, text)| (Path::new(*file), *text)).collect();
    let read = |file: &Path| files.get(file).map(|text| (*text).to_owned());
    let modules = Modules::of(Path::new("lib.rs"), &read);
    let name = |module: usize| match modules.all()[module].name.as_str() {
        "" => "lib".to_owned(),
        name => name.to_owned(),
    };
    let uses = modules.uses().into_iter();
    uses.map(|found| format!("{} -> {}", name(found.from), name(found.to))).collect()
}

#[test]
fn an_import_is_a_use_of_the_module_that_defines_it() {
    let root = ("lib.rs", "mod a; mod b; pub use a::Deep;");
    let a = ("a.rs", "mod deep; pub use deep::Deep; pub struct Flat;");
    let deep = ("a/deep.rs", "pub struct Deep;");
    for (b, expected) in [
        ("use crate::a::Flat;", vec!["b -> a"]),
        ("use crate::a::{Deep, Flat};", vec!["b -> deep", "b -> a"]),
        ("use crate::Deep;", vec!["b -> deep"]),
        ("use super::a; fn f(x: a::Deep) {}", vec!["b -> deep"]),
        ("fn f() -> super::a::Flat { super::a::Flat }", vec!["b -> a", "b -> a"]),
        ("use std::a::Flat; use url::Url; fn f() -> Url { Url::new() }", vec![]),
        ("#[cfg(test)] mod tests { use crate::a::Flat; }", vec![]),
        ("mod inner { use super::super::a::Flat; }", vec!["inner -> a"]),
    ] {
        assert_eq!(uses(&[root, a, deep, ("b.rs", b)]), expected, "{b}");
    }
}

#[test]
fn a_parent_that_only_reexports_a_child_does_not_use_it() {
    let child = ("a/b.rs", "use super::Own; pub struct B(Own); pub fn f() {}");
    for (a, expected) in [
        ("mod b; pub use b::B; pub struct Own;", vec!["b -> a"]),
        ("mod b; pub use b::B; pub struct Own; fn g(x: B) {}", vec!["a -> b", "b -> a"]),
        ("mod b; use b::B; pub struct Own;", vec!["a -> b", "b -> a"]),
        ("pub mod b; pub struct Own; fn g() { b::f() }", vec!["a -> b", "b -> a"]),
    ] {
        assert_eq!(uses(&[("lib.rs", "mod a;"), ("a.rs", a), child]), expected, "{a}");
    }
}

#[test]
fn finds_modules_in_files_and_in_blocks() {
    let files = [
        ("lib.rs", "mod a; mod c { pub mod d; }"),
        ("a.rs", "mod b;"),
        ("a/b.rs", "use crate::c::d::D;"),
        ("c/d.rs", "pub struct D; pub use self::D as Same; use self::Same;"),
    ];
    assert_eq!(uses(&files), ["b -> d"]);
}
