//! Charts as SVG drawn on the server, each with its table one click away.

use crate::words::number;
use leptos::prelude::*;

/// One colour of a stacked chart: its name and its tone (a class of `chart.css`).
#[derive(Clone, Copy, Debug)]
pub struct Series(pub &'static str, pub &'static str);

/// One column of a stacked chart.
#[derive(Clone, Debug)]
pub struct Column {
    /// Under the column, where there is room.
    pub label: AnyLabel,
    /// One value a series.
    pub values: Vec<i64>,
}

/// A text, or a moment that the browser makes local.
#[derive(Clone, Debug)]
pub enum AnyLabel {
    /// As it is.
    Text(String),
    /// The hour of this moment.
    Hour(domain::time::Timestamp),
}

/// Width of a column and height of the plot, in units of the drawing; CSS stretches both.
const STEP: f64 = 10.0;
const HEIGHT: f64 = 100.0;
/// Every so many columns one is named.
const NAMED: usize = 4;

/// Columns stacked by series, bottom first. `finding` is what the chart says, for those who don't
/// see it; the heading over it says the same. `scope` says what was counted.
pub fn stacked(
    finding: impl Into<String>,
    scope: &'static str,
    series: &[Series],
    columns: &[Column],
) -> AnyView {
    let top = scale(columns.iter().map(|c| c.values.iter().sum::<i64>()).max().unwrap_or(0));
    let width = STEP * columns.len() as f64;
    let bars = columns.iter().enumerate().map(|(at, column)| bar(column, series, STEP * at as f64, top));
    let legend = series.iter().map(|Series(name, tone)| {
        view! { <li><span class=format!("swatch {tone}")></span>{*name}</li> }
    });
    let line =
        |share: f64| view! { <line class="grid" x1="0" x2=width y1=HEIGHT * share y2=HEIGHT * share /> };
    view! {
        <figure class="chart">
            <figcaption>
                <span class="chart-scope">{scope}</span>
                <ul class="legend">{legend.collect_view()}</ul>
            </figcaption>
            <div class="plot" role="img" aria-label=finding.into()>
                <div class="plot-y">{[top, top / 2, 0].map(|n| view! { <span>{number(n)}</span> }).collect_view()}</div>
                <svg viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none">
                    {[0.0, 0.5, 1.0].map(line).collect_view()}
                    {bars.collect_view()}
                </svg>
                <div class="plot-x">{columns.iter().step_by(NAMED).map(name).collect_view()}</div>
            </div>
            {table(series, columns)}
        </figure>
    }
    .into_any()
}

/// The smallest of 4, 8, 20 × 10ⁿ that `max` fits under: halves and quarters of it are whole.
fn scale(max: i64) -> i64 {
    let mut unit = 1;
    loop {
        for step in [4, 8, 20] {
            if unit * step >= max {
                return unit * step;
            }
        }
        unit *= 10;
    }
}

fn bar(column: &Column, series: &[Series], x: f64, top: i64) -> AnyView {
    let mut y = HEIGHT;
    let parts = series.iter().zip(&column.values).filter(|(_, value)| **value > 0);
    let part = |(Series(name, tone), value): (&Series, &i64)| {
        let height = (HEIGHT * *value as f64 / top as f64).max(0.6);
        y -= height;
        view! {
            <rect class=format!("fill {tone}") x=x + STEP * 0.1 y=y width=STEP * 0.8 height=height>
                <title>{format!("{name}: {}", number(*value))}</title>
            </rect>
        }
    };
    parts.map(part).collect_view().into_any()
}

fn name(column: &Column) -> AnyView {
    let (text, moment) = words_of(&column.label);
    view! { <span data-hour=moment>{text}</span> }.into_any()
}

fn words_of(label: &AnyLabel) -> (String, Option<String>) {
    match label {
        AnyLabel::Text(text) => (text.clone(), None),
        AnyLabel::Hour(at) => {
            let text = at.to_string();
            (text.get(11..16).unwrap_or_default().to_owned(), Some(text))
        }
    }
}

fn table(series: &[Series], columns: &[Column]) -> AnyView {
    let head = |Series(name, _): &Series| view! { <th scope="col" class="number">{*name}</th> };
    let row = |column: &Column| {
        let (text, moment) = words_of(&column.label);
        let value = |value: &i64| view! { <td class="number">{number(*value)}</td> };
        view! {
            <tr>
                <th scope="row" data-hour=moment>{text}</th>
                {column.values.iter().map(value).collect_view()}
            </tr>
        }
    };
    view! {
        <details class="chart-table">
            <summary>"Show as a table"</summary>
            <div class="table-scroll" tabindex="0" role="group" aria-label="The figures of the chart">
                <table class="plain-table">
                    <thead><tr><th scope="col">"From"</th>{series.iter().map(head).collect_view()}</tr></thead>
                    <tbody>{columns.iter().map(row).collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_have_whole_halves() {
        for (max, top) in [(0, 4), (4, 4), (5, 8), (9, 20), (21, 40), (41, 80), (81, 200), (12_345, 20_000)] {
            assert_eq!(scale(max), top, "{max}");
            assert_eq!(top % 2, 0);
        }
    }
}
