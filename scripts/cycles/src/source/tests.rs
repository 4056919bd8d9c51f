use super::Source;
use crate::tokens::tokens;

fn source(text: &str) -> Source {
    Source::of(&tokens(text))
}

/// Returns the imports as `name=path`, re-exports with a plus sign.
fn imports(text: &str) -> Vec<String> {
    let imports = source(text).imports.into_iter();
    let imports = imports.map(|import| {
        let plus = if import.is_reexport { "+" } else { "" };
        format!("{plus}{}={}", import.name, import.path.segments.join("::"))
    });
    imports.collect()
}

#[test]
fn reads_trees_of_imports() {
    for (text, expected) in [
        ("use a::b;", vec!["b=a::b"]),
        (
            "use a::{b, c::{self, D as E}, f::*};",
            vec!["b=a::b", "c=a::c", "E=a::c::D", "*=a::f::*"],
        ),
        ("pub use a::b; pub(crate) use c::d;", vec!["+b=a::b", "+d=c::d"]),
        ("fn f() -> impl X + use<'a, T> { use a::b; b() }", vec!["b=a::b"]),
        ("#[cfg(test)] use a::b; use c::d;", vec!["d=c::d"]),
        ("#[cfg(test)] mod tests { use a::b; } use c::d;", vec!["d=c::d"]),
        ("#[tokio::test] async fn t() { use a::b; } use c::d;", vec!["d=c::d"]),
        ("#[cfg(feature = \"x\")] use a::b;", vec!["b=a::b"]),
    ] {
        assert_eq!(imports(text), expected, "{text}");
    }
}

#[test]
fn reads_paths_of_code() {
    let source =
        source("pub(in z::y) fn f(x: &a::B<c::D>) { x.e::<g::H>(); <T as i::J>::k(); 0..l::M; n }");
    let paths: Vec<String> = source.paths.iter().map(|path| path.segments.join("::")).collect();
    assert_eq!(paths, ["a::B", "c::D", "g::H", "i::J", "l::M"]);
    assert!(source.words.contains("n"));
    assert!(!source.words.contains("e"));
}

#[test]
fn reads_declarations() {
    let source = source(
        "mod a; pub mod b { mod c; fn d() {} } struct E; impl E { fn f() {} } macro_rules! g { () => {} }",
    );
    let children: Vec<(&str, bool)> =
        source.children.iter().map(|(name, inline)| (name.as_str(), inline.is_some())).collect();
    assert_eq!(children, [("a", false), ("b", true)]);
    assert_eq!(source.items.into_iter().collect::<Vec<_>>(), ["E", "g"]);
}
