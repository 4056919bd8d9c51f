//! A figure, and the table of figures.

use crate::report::{self, line};

/// A measurement with its target.
pub(super) struct Figure {
    pub(super) name: String,
    pub(super) measured: String,
    pub(super) wanted: String,
    pub(super) is_met: bool,
    /// The values the measurement is derived from.
    pub(super) detail: String,
}

/// Prints figures as a table.
pub(super) fn print(figures: &[Figure]) {
    let width = |of: fn(&Figure) -> &str, least: usize| {
        let widest = figures.iter().map(|figure| of(figure).chars().count()).max();
        widest.unwrap_or_default().max(least)
    };
    let name = width(|figure| &figure.name, 6);
    let measured = width(|figure| &figure.measured, 8);
    let wanted = width(|figure| &figure.wanted, 6);
    let row = |a: &str, b: &str, c: &str, d: &str, e: &str| {
        line(format!("{a:<name$}  {b:>measured$}  {c:>wanted$}  {d:<3}  {e}"));
    };
    row("figure", "measured", "target", "met", "details");
    for figure in figures {
        let met = if figure.is_met { "yes" } else { "NO" };
        row(&figure.name, &figure.measured, &figure.wanted, met, &figure.detail);
    }
    let missed = figures.iter().filter(|figure| !figure.is_met).count();
    line(format!("{} of {} figures are met", figures.len() - missed, figures.len()));
}

/// Computes the ratio of two rates measured in alternating turns.
pub(super) fn ratio(
    name: String,
    wanted: f64,
    names: [&str; 2],
    turns: &[[f64; 2]],
    more: &str,
) -> Figure {
    let (ratio, [ours, base]) = medians(turns);
    Figure {
        name,
        measured: format!("{ratio:.2}"),
        wanted: format!(">= {wanted:.2}"),
        is_met: wanted <= ratio,
        detail: format!(
            "{} {}/s, {} {}/s, {} turns{more}",
            names[0],
            report::thousands(ours),
            names[1],
            report::thousands(base),
            turns.len()
        ),
    }
}

/// Computes how many times as long one request takes as another, from milliseconds measured in alternating turns.
pub(super) fn growth(name: String, limit: f64, names: [&str; 2], turns: &[[f64; 2]]) -> Figure {
    let (growth, [ours, base]) = medians(turns);
    Figure {
        name,
        measured: format!("{growth:.2}"),
        wanted: format!("<= {limit:.2}"),
        is_met: growth <= limit,
        detail: format!(
            "p50 {}: {ours:.2} ms, {}: {base:.2} ms, {} turns",
            names[0],
            names[1],
            turns.len()
        ),
    }
}

/// Returns the median ratio and both median values.
fn medians(turns: &[[f64; 2]]) -> (f64, [f64; 2]) {
    let of = |which: fn(&[f64; 2]) -> f64| {
        let values: Vec<_> = turns.iter().map(which).collect();
        report::median(&values)
    };
    let ratio = of(|[ours, base]| ours / base.max(f64::MIN_POSITIVE));
    (ratio, [of(|[ours, _]| *ours), of(|[_, base]| *base)])
}
