use super::Graph;

fn cycles(edges: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut graph = Graph::default();
    for (from, to) in edges {
        graph.add(*from, *to);
    }
    graph.cycles()
}

#[test]
fn finds_the_shortest_cycle_of_each_component() {
    assert!(cycles(&[(1, 2), (2, 3), (1, 3), (1, 1)]).is_empty());
    assert_eq!(cycles(&[(1, 2), (2, 3), (3, 1)]), [[1, 2, 3]]);
    assert_eq!(cycles(&[(1, 2), (2, 3), (3, 1), (3, 2)]), [[2, 3]]);
    assert_eq!(cycles(&[(1, 2), (2, 1), (2, 3), (3, 4), (4, 3)]), [[1, 2], [3, 4]]);
}
