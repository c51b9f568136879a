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

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 160.0;
const AXIS: f64 = 36.0;

/// Columns stacked by series, bottom first. The title is the finding.
pub fn stacked(title: impl Into<String>, series: &[Series], columns: &[Column]) -> AnyView {
    let title = title.into();
    let top = scale(columns.iter().map(|c| c.values.iter().sum::<i64>()).max().unwrap_or(0));
    let step = (WIDTH - AXIS) / columns.len().max(1) as f64;
    let bars = columns
        .iter()
        .enumerate()
        .map(|(at, column)| bar(column, series, AXIS + step * at as f64, step, top));
    let legend = series.iter().map(|Series(name, tone)| {
        view! { <li><span class=format!("swatch {tone}")></span>{*name}</li> }
    });
    view! {
        <figure class="chart">
            <figcaption>
                <span class="chart-title">{title.clone()}</span>
                <ul class="legend">{legend.collect_view()}</ul>
            </figcaption>
            <svg viewBox=format!("0 0 {WIDTH} {}", HEIGHT + 22.0) role="img" aria-label=title>
                {grid(top)}
                {bars.collect_view()}
                {columns.iter().enumerate().map(|(at, c)| axis_label(c, at, AXIS + step * (at as f64 + 0.5))).collect_view()}
            </svg>
            {table(series, columns)}
        </figure>
    }
    .into_any()
}

/// The smallest of 1, 2, 5 × 10ⁿ (at least 4, so that steps are whole) that `max` fits under.
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

fn grid(top: i64) -> AnyView {
    let line = |quarter: i64| {
        let y = HEIGHT - HEIGHT * quarter as f64 / 4.0 + 6.0;
        view! {
            <line class="grid" x1=AXIS x2=WIDTH y1=y y2=y />
            <text class="axis" x=AXIS - 6.0 y=y + 3.5 text-anchor="end">{number(top * quarter / 4)}</text>
        }
    };
    [0, 2, 4].map(line).collect_view().into_any()
}

fn bar(column: &Column, series: &[Series], x: f64, step: f64, top: i64) -> AnyView {
    let mut y = HEIGHT + 6.0;
    let width = (step - 3.0).clamp(1.0, 40.0);
    let x = x + (step - width) / 2.0;
    let parts = series.iter().zip(&column.values).filter(|(_, value)| **value > 0).map(
        |(Series(name, tone), value)| {
            let height = (HEIGHT * *value as f64 / top as f64).max(1.0);
            y -= height;
            view! {
                <rect class=format!("fill {tone}") x=x y=y width=width height=height rx="1.5">
                    <title>{format!("{name}: {}", number(*value))}</title>
                </rect>
            }
        },
    );
    parts.collect_view().into_any()
}

fn axis_label(column: &Column, at: usize, x: f64) -> AnyView {
    if at % 4 != 0 {
        return ().into_any();
    }
    let (text, moment) = words_of(&column.label);
    view! {
        <text class="axis" x=x y=HEIGHT + 20.0 text-anchor="middle" data-hour=moment>
            {text}
        </text>
    }
    .into_any()
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
            <div class="table-scroll" tabindex="0" role="region" aria-label="The figures of the chart">
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
    fn scales_have_whole_quarters() {
        for (max, top) in [(0, 4), (4, 4), (5, 8), (9, 20), (21, 40), (41, 80), (81, 200), (12_345, 20_000)] {
            assert_eq!(scale(max), top, "{max}");
            assert_eq!(top % 4, 0);
        }
    }
}
