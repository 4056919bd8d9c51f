//! Finds import cycles between the modules of a crate, at every level: between the files of a folder together with
//! what is below them, and between a module and its own children.
//!
//! Usage: `loggia-cycles ROOT...`, where each root is a crate's `lib.rs` or `main.rs`. Prints every cycle with the lines
//! that cause it, and fails if there is one.
//!
//! An import counts for the module that defines what it names: re-exports are followed. A module that only declares
//! and re-exports its children does not use them. What is compiled for tests only is left out.

mod graph;
mod modules;
mod source;
mod tokens;

use std::{
    collections::BTreeMap,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use graph::Graph;
use modules::{Modules, Use};

fn main() -> ExitCode {
    let read = |file: &Path| std::fs::read_to_string(file).ok();
    let mut report = Vec::new();
    for root in std::env::args().skip(1) {
        report.extend(cycles(&Modules::of(Path::new(&root), &read)));
    }
    let mut lines = report.clone();
    lines.push(match report.len() {
        0 => "cycles: none".to_owned(),
        count => format!("cycles: {count}"),
    });
    let _ = writeln!(io::stdout(), "{}", lines.join("\n"));
    ExitCode::from(u8::from(!report.is_empty()))
}

/// Returns the cycles of a crate, described.
fn cycles(modules: &Modules) -> Vec<String> {
    let uses = modules.uses();
    let mut described = Vec::new();
    for parent in modules.parents() {
        let mut graph = Graph::default();
        let mut reasons: BTreeMap<(usize, usize), &Use> = BTreeMap::new();
        for found in &uses {
            let ends = (modules.within(parent, found.from), modules.within(parent, found.to));
            if let (Some(from), Some(to)) = ends {
                graph.add(from, to);
                reasons.entry((from, to)).or_insert(found);
            }
        }
        let cycles = graph.cycles();
        described.extend(cycles.iter().map(|cycle| describe(modules, &reasons, cycle)));
    }
    described
}

fn describe(
    modules: &Modules,
    reasons: &BTreeMap<(usize, usize), &Use>,
    cycle: &[usize],
) -> String {
    let all = modules.all();
    let name = |module: usize| match all[module].name.as_str() {
        "" => "(root)",
        name => name,
    };
    let after = cycle.iter().skip(1).chain(cycle.first());
    let steps = cycle.iter().zip(after).map(|(from, to)| {
        let reason = reasons.get(&(*from, *to));
        let place = reason.map(|found| {
            let (file, to) = (all[found.from].file.display(), all[found.to].file.display());
            format!("{file}:{}: uses {to}", found.line)
        });
        format!("  {} -> {}: {}", name(*from), name(*to), place.unwrap_or_default())
    });
    let steps: Vec<String> = steps.collect();
    format!("an import cycle of {} modules\n{}", cycle.len(), steps.join("\n"))
}

#[cfg(test)]
mod tests;
