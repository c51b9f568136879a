//! How long each step of an exchange took, as a waterfall with words and numbers.

use crate::words;
use domain::delivery::Timing;
use leptos::prelude::*;

/// The steps of an exchange one after the other, as start and end in milliseconds.
fn steps(timing: &Timing) -> Vec<(&'static str, f64, f64)> {
    let mut at = 0.0;
    let mut steps = Vec::new();
    let before = [
        ("Access token", timing.token),
        ("Look up the name", timing.dns),
        ("Connect", timing.connect),
        ("Secure the connection", timing.tls),
    ];
    for (name, took) in before {
        if let Some(took) = took {
            steps.push((name, at, at + took));
            at += took;
        }
    }
    if let Some(first) = timing.first_byte {
        steps.push(("Wait for the answer", at, first.max(at)));
        at = first.max(at);
        steps.push(("Read the answer", at, timing.total.max(at)));
    }
    steps
}

/// Totals under this many milliseconds need no explanation.
const WORTH_A_WORD_MS: f64 = 100.0;

/// Where most of the time went; `None` when it was short, or spread.
fn finding(steps: &[(&'static str, f64, f64)], total: f64) -> Option<String> {
    let (name, start, end) = *steps.iter().max_by(|(_, a, b), (_, c, d)| (b - a).total_cmp(&(d - c)))?;
    let took = end - start;
    (steps.len() > 1 && total >= WORTH_A_WORD_MS && took * 2.0 > total).then(|| {
        let (took, total) = (words::duration(took), words::duration(total));
        format!("Most of the time was one step, “{name}”: {took} of {total}.")
    })
}

/// A waterfall, with its numbers as a table.
pub fn view(timing: &Timing) -> AnyView {
    let total = timing.total.max(0.001);
    let row = |(name, start, end): (&'static str, f64, f64)| {
        let (x, width) = (start / total * 100.0, ((end - start) / total * 100.0).max(0.5));
        view! {
            <tr>
                <th scope="row">{name}</th>
                <td class="waterfall">
                    <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                        <rect x=format!("{x:.2}") y="0" width=format!("{width:.2}") height="4" rx="0.5"></rect>
                    </svg>
                </td>
                <td class="number">{words::duration(end - start)}</td>
            </tr>
        }
    };
    let steps = steps(timing);
    let finding = finding(&steps, timing.total).map(|text| view! { <p class="help">{text}</p> });
    view! {
        <section class="exchange-part" aria-label="Timing">
            <h3>"Timing"</h3>
            {finding}
            <table class="timing">
                <tbody>
                    {steps.into_iter().map(row).collect_view()}
                    <tr class="sum"><th scope="row">"Total"</th><td></td><td class="number">{words::duration(timing.total)}</td></tr>
                </tbody>
            </table>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_follow_each_other() {
        let timing = Timing {
            token: Some(0.5),
            dns: Some(1.0),
            connect: Some(2.0),
            tls: None,
            first_byte: Some(10.0),
            total: 12.0,
        };
        assert_eq!(
            steps(&timing),
            [
                ("Access token", 0.0, 0.5),
                ("Look up the name", 0.5, 1.5),
                ("Connect", 1.5, 3.5),
                ("Wait for the answer", 3.5, 10.0),
                ("Read the answer", 10.0, 12.0)
            ]
        );
    }

    #[test]
    fn one_long_step_is_named() {
        let timing =
            Timing { connect: Some(5.0), first_byte: Some(900.0), total: 910.0, ..Timing::default() };
        let said = finding(&steps(&timing), timing.total).expect("something to say");
        assert_eq!(said, "Most of the time was one step, “Wait for the answer”: 895 ms of 910 ms.");
        let quick = Timing { connect: Some(5.0), first_byte: Some(90.0), total: 91.0, ..Timing::default() };
        assert_eq!(finding(&steps(&quick), quick.total), None);
    }
}
