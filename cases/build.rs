//! Rebuilds the crate when a corpus file is added or changed.

fn main() {
    println!("cargo::rerun-if-changed=corpus");
    println!("cargo::rerun-if-changed=requirements.json");
}
