//! The text format of Prometheus, version 0.0.4.

use super::{BOUNDS_S, Histogram};
use std::{
    fmt::{Display, Write as _},
    sync::atomic::{AtomicU64, Ordering},
};

/// A page of metrics. A series is named by the value of its one label; an empty label is none.
#[derive(Debug, Default)]
pub(super) struct Text(String);

impl Text {
    fn head(&mut self, name: &str, help: &str, kind: &str) {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    fn line(&mut self, line: impl Display) {
        // A String takes whatever is written.
        let _ = writeln!(self.0, "{line}");
    }

    pub(super) fn gauge<'a>(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        series: impl IntoIterator<Item = (&'a str, f64)>,
    ) {
        self.head(name, help, "gauge");
        for (value, number) in series {
            self.line(format_args!("{name}{} {number}", labels(&[(label, value)])));
        }
    }

    pub(super) fn counter<'a>(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        series: impl IntoIterator<Item = (&'a str, &'a AtomicU64)>,
    ) {
        self.head(name, help, "counter");
        for (value, count) in series {
            let count = count.load(Ordering::Relaxed);
            self.line(format_args!("{name}{} {count}", labels(&[(label, value)])));
        }
    }

    pub(super) fn histogram<'a>(
        &mut self,
        name: &str,
        help: &str,
        label: &str,
        series: impl IntoIterator<Item = (&'a str, &'a Histogram)>,
    ) {
        self.head(name, help, "histogram");
        for (value, histogram) in series {
            let mut total = 0;
            let bounds = BOUNDS_S.iter().map(ToString::to_string).chain(["+Inf".to_owned()]);
            for (bound, count) in bounds.zip(&histogram.counts) {
                total += count.load(Ordering::Relaxed);
                let labels = labels(&[(label, value), ("le", &bound)]);
                self.line(format_args!("{name}_bucket{labels} {total}"));
            }
            let labels = labels(&[(label, value)]);
            let sum_s = histogram.sum_us.load(Ordering::Relaxed) as f64 / 1_000_000.0;
            self.line(format_args!("{name}_sum{labels} {sum_s}"));
            self.line(format_args!("{name}_count{labels} {total}"));
        }
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// `{a="b"}`; the values are ours and need no escaping.
fn labels(pairs: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = pairs
        .iter()
        .filter(|(label, _)| !label.is_empty())
        .map(|(label, value)| format!("{label}=\"{value}\""))
        .collect();
    if pairs.is_empty() { String::new() } else { format!("{{{}}}", pairs.join(",")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_histogram_adds_up() {
        let histogram = Histogram::default();
        for ms in [0.5, 1.0, 3.0, 40_000.0] {
            histogram.note(ms);
        }
        let mut text = Text::default();
        text.histogram("a_seconds", "How long.", "of", [("x", &histogram)]);
        let text = text.finish();
        let has = |line: &str| assert!(text.lines().any(|each| each == line), "{line} in\n{text}");
        has("# TYPE a_seconds histogram");
        has("a_seconds_bucket{of=\"x\",le=\"0.001\"} 2");
        has("a_seconds_bucket{of=\"x\",le=\"0.005\"} 3");
        has("a_seconds_bucket{of=\"x\",le=\"30\"} 3");
        has("a_seconds_bucket{of=\"x\",le=\"+Inf\"} 4");
        has("a_seconds_sum{of=\"x\"} 40.0045");
        has("a_seconds_count{of=\"x\"} 4");
    }
}
