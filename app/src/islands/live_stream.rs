//! The stream of news: opens it, opens it again when it breaks, and renews the regions at a pace.

use super::{
    live::{Live, RENEWED, Stream},
    live_regions,
};
use js_sys::Promise;
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, DomParser, EventSource, Response, SupportedType};

/// News that come together are shown together.
const TOGETHER: Duration = Duration::from_millis(250);
/// Between two renewals, however much happens.
const PACE: Duration = Duration::from_millis(750);
/// How often it is looked whether somebody still reads where new rows would go.
const LOOK: Duration = Duration::from_secs(1);
/// Before a stream that the browser gave up on is opened again.
const AGAIN: Duration = Duration::from_secs(5);

/// The ids of the regions, with spaces between.
type Regions = StoredValue<String>;

/// What the renewal does at the moment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Idle,
    Running,
    /// Running, and there are news since it began.
    Again,
}

/// The open stream and what it calls.
type Kept = StoredValue<Option<(EventSource, Vec<Closure<dyn FnMut()>>)>, LocalStorage>;

/// Renews the regions from now on.
pub(super) fn listen(source: String, regions: Regions, live: Live) {
    let work = StoredValue::new(Work::Idle);
    let kept: Kept = StoredValue::new_local(None);
    open(StoredValue::new(source), kept, regions, live, work);
    on_cleanup(move || {
        let _ = kept.try_update_value(|kept| kept.take().map(|(events, _)| events.close()));
    });
}

fn open(source: StoredValue<String>, kept: Kept, regions: Regions, live: Live, work: StoredValue<Work>) {
    let Ok(events) = source.with_value(|source| EventSource::new(source)) else { return };
    let news = Closure::<dyn FnMut()>::new(move || {
        if live.on.get_untracked() {
            begin(regions, live, work);
        }
    });
    for name in ["delivery", "caught"] {
        let _ = events.add_event_listener_with_callback(name, news.as_ref().unchecked_ref());
    }
    let opened = Closure::<dyn FnMut()>::new(move || {
        // What happened since the page was drawn, or while the stream was away, was not told.
        if live.on.get_untracked() {
            begin(regions, live, work);
        }
        live.stream.set(Stream::Open);
    });
    events.set_onopen(Some(opened.as_ref().unchecked_ref()));
    let stream = events.clone();
    let broke = Closure::<dyn FnMut()>::new(move || {
        if live.stream.get_untracked() == Stream::Open {
            live.stream.set(Stream::Away);
        }
        // The browser opens it again by itself, unless the answer was an error.
        if stream.ready_state() == EventSource::CLOSED {
            set_timeout(move || open(source, kept, regions, live, work), AGAIN);
            begin(regions, live, work);
        }
    });
    events.set_onerror(Some(broke.as_ref().unchecked_ref()));
    kept.set_value(Some((events, vec![news, opened, broke])));
}

/// Renews now, whoever reads.
pub(super) fn show(regions: Regions, live: Live) {
    spawn_local(async move {
        if let Ok(page) = fetch(live).await {
            live_regions::renew(&page, &regions.get_value(), true);
            live.held.set(0);
            tell();
        }
    });
}

fn begin(regions: Regions, live: Live, work: StoredValue<Work>) {
    if work.get_value() != Work::Idle {
        work.set_value(Work::Again);
        return;
    }
    work.set_value(Work::Running);
    spawn_local(async move {
        loop {
            sleep(TOGETHER).await;
            work.set_value(Work::Running);
            // A page that can't be fetched stays as it is; the next news try again.
            if let Ok(page) = fetch(live).await {
                renew(&page, regions, live, work).await;
            }
            sleep(PACE).await;
            if work.get_value() != Work::Again {
                break;
            }
        }
        work.set_value(Work::Idle);
    });
}

/// Puts the new page in place; where somebody reads, as soon as they don't, or newer news are there.
async fn renew(page: &Document, regions: Regions, live: Live, work: StoredValue<Work>) {
    loop {
        let held = live_regions::renew(page, &regions.get_value(), false);
        live.held.set(held);
        tell();
        if held == 0 || work.get_value() == Work::Again {
            return;
        }
        sleep(LOOK).await;
        // Shown by the reader meanwhile.
        if live.held.get_untracked() == 0 {
            return;
        }
    }
}

/// The other islands have work to do in what is new.
fn tell() {
    if let Ok(event) = web_sys::Event::new(RENEWED) {
        let _ = window().dispatch_event(&event);
    }
}

/// This page as it is now.
async fn fetch(live: Live) -> Result<Document, JsValue> {
    let answer = JsFuture::from(window().fetch_with_str(&window().location().href()?)).await?;
    let answer = answer.dyn_into::<Response>()?;
    if answer.redirected() {
        live.stream.set(Stream::SignedOut);
    }
    if answer.redirected() || !answer.ok() {
        return Err(JsValue::NULL);
    }
    let text = JsFuture::from(answer.text()?).await?.as_string().unwrap_or_default();
    DomParser::new()?.parse_from_string(&text, SupportedType::TextHtml)
}

async fn sleep(time: Duration) {
    let timer = Promise::new(&mut |resolve, _| {
        set_timeout(move || drop(resolve.call0(&JsValue::NULL)), time);
    });
    let _ = JsFuture::from(timer).await;
}
