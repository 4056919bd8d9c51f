//! The migrations are compiled in: a change there must rebuild this crate.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations");
}
