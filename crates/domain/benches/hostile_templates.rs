//! How long hostile templates take to end: `cargo bench -p domain`. Each must end within 100 ms.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "it measures, and tells")]

#[path = "../src/template/tests/hostile_list.rs"]
mod hostile_list;

use domain::{event::MAX_PAYLOAD_BYTES, format::Json, template::render, webhook::Format};
use std::time::{Duration, Instant};

/// What one may take.
const LIMIT: Duration = Duration::from_millis(100);
/// The quickest of so many runs counts: the rest is the machine's.
const RUNS: usize = 3;

fn main() {
    let templates = hostile_list::hostile();
    let items: Vec<String> = (0..28_000).map(|n| format!("{{\"id\":{n},\"sku\":\"Student {n}\"}}")).collect();
    // An event near the largest that is accepted.
    let payload =
        format!("{{\"name\":\"<a>\",\"user_id\":12345678901234567890123,\"items\":[{}]}}", items.join(","));
    assert!((MAX_PAYLOAD_BYTES * 9 / 10..=MAX_PAYLOAD_BYTES).contains(&payload.len()), "{}", payload.len());
    let root = Json::parse(&format!("{{\"payload\":{payload}}}")).expect("JSON");
    let mut taken: Vec<(Duration, Format, &str)> = Vec::new();
    for template in &templates {
        for format in [Format::Json, Format::Xml, Format::Form] {
            let once = || {
                let start = Instant::now();
                let _ = render(template, &root, format);
                start.elapsed()
            };
            let quickest = (0..RUNS).map(|_| once()).min().unwrap_or_default();
            taken.push((quickest, format, template));
        }
    }
    taken.sort_by_key(|(time, ..)| std::cmp::Reverse(*time));
    println!("{} hostile templates, 3 formats each; the slowest:", templates.len());
    for (time, format, template) in taken.iter().take(5) {
        let shown: String = template.chars().take(80).collect();
        println!("{:7.1} ms  {format:?}  {shown}", time.as_secs_f64() * 1000.0);
    }
    let late = taken.iter().filter(|(time, ..)| *time > LIMIT).count();
    assert_eq!(late, 0, "more than {LIMIT:?}");
}
