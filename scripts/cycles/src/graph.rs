//! Cycles of a directed graph.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A directed graph with numbered nodes.
#[derive(Default)]
pub(crate) struct Graph {
    edges: BTreeMap<usize, BTreeSet<usize>>,
}

impl Graph {
    /// Adds an edge between two different nodes.
    pub(crate) fn add(&mut self, from: usize, to: usize) {
        if from != to {
            self.edges.entry(from).or_default().insert(to);
        }
    }

    /// Returns one shortest cycle through each strongly connected component: its nodes in order, the first one once.
    pub(crate) fn cycles(&self) -> Vec<Vec<usize>> {
        let mut cycles: Vec<Vec<usize>> = Vec::new();
        let mut seen = BTreeSet::new();
        for start in self.edges.keys() {
            if seen.contains(start) {
                continue;
            }
            let component: BTreeSet<usize> = self
                .reachable(*start)
                .into_iter()
                .filter(|node| self.reachable(*node).contains(start))
                .collect();
            let mut through =
                component.iter().filter_map(|node| self.shortest(*node)).collect::<Vec<_>>();
            through.sort_by_key(Vec::len);
            cycles.extend(through.into_iter().next());
            seen.extend(component);
        }
        cycles
    }

    /// Returns the nodes that a path of at least one edge leads to.
    fn reachable(&self, start: usize) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut next = vec![start];
        while let Some(node) = next.pop() {
            for to in self.after(node) {
                if found.insert(to) {
                    next.push(to);
                }
            }
        }
        found
    }

    /// Returns the shortest cycle through a node.
    fn shortest(&self, start: usize) -> Option<Vec<usize>> {
        let mut before = BTreeMap::new();
        let mut next = VecDeque::from([start]);
        while let Some(node) = next.pop_front() {
            for to in self.after(node) {
                if to == start {
                    let steps = std::iter::successors(Some(node), |node| before.get(node).copied());
                    let mut cycle: Vec<usize> = steps.collect();
                    cycle.reverse();
                    return Some(cycle);
                }
                if let std::collections::btree_map::Entry::Vacant(entry) = before.entry(to) {
                    entry.insert(node);
                    next.push_back(to);
                }
            }
        }
        None
    }

    fn after(&self, node: usize) -> impl Iterator<Item = usize> {
        self.edges.get(&node).into_iter().flatten().copied()
    }
}

#[cfg(test)]
mod tests;
