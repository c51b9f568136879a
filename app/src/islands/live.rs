//! Regions of the page that renew themselves when the server has news, without moving what is read.

use leptos::prelude::*;

/// The event at the window that tells the other islands that a region is new.
pub const RENEWED: &str = "crier:renewed";

/// How the stream of news stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "the browser finds out"))]
pub(super) enum Stream {
    /// It runs.
    Open,
    /// It broke off, and is tried again.
    Away,
    /// Nobody is signed in here any more.
    SignedOut,
}

/// What the switch shows.
#[derive(Clone, Copy)]
pub(super) struct Live {
    /// Whether news are wanted.
    pub(super) on: RwSignal<bool>,
    pub(super) stream: RwSignal<Stream>,
    /// How many new rows wait until nobody reads where they would go.
    pub(super) held: RwSignal<usize>,
}

/// A switch beside a region. While it is on, news from `source` (server-sent events) make it fetch
/// this page again and put the new region in the place of the old one: what is drawn stays the
/// server's, with every filter of the address. `region` holds the ids of one or more elements, with
/// spaces between.
///
/// Nothing moves under a reader. In a region whose rows have a `data-key`, each row is renewed in its
/// place when its `data-version` is another; new rows wait while the pointer or the focus is in the
/// region or its top is scrolled away, and the switch says how many. A region without such rows is
/// put anew as a whole when its own `data-version` is another, unless something in it is selected or
/// has the focus.
#[island]
pub fn LiveRegion(source: String, region: String) -> impl IntoView {
    let (ready, set_ready) = signal(false);
    let live = Live { on: RwSignal::new(true), stream: RwSignal::new(Stream::Open), held: RwSignal::new(0) };
    let region = StoredValue::new(region);
    #[cfg(feature = "hydrate")]
    super::live_stream::listen(source, region, live);
    #[cfg(not(feature = "hydrate"))]
    let _ = source;
    Effect::new(move |_| set_ready.set(true));
    let show = move || {
        #[cfg(feature = "hydrate")]
        super::live_stream::show(region, live);
        #[cfg(not(feature = "hydrate"))]
        let _ = region;
    };
    let switch = move |_| {
        live.on.update(|on| *on = !*on);
        if live.on.get_untracked() {
            show();
        }
    };
    let word = move || match (live.on.get(), live.stream.get()) {
        (false, _) => "Paused",
        (true, Stream::Open) => "Live",
        (true, Stream::Away) => "Reconnecting…",
        (true, Stream::SignedOut) => "Stopped",
    };
    let told = move || match live.stream.get() {
        Stream::Open => "",
        Stream::Away => {
            "News can’t reach this page right now. It shows what was known before, and tries again."
        }
        Stream::SignedOut => "You are signed out. Reload the page to sign in.",
    };
    view! {
        <span class="live-set" hidden=move || !ready.get()>
            <button type="button" class="live-news" hidden=move || live.held.get() == 0 on:click=move |_| show()>
                {move || format!("{} new", live.held.get())}
            </button>
            <button
                type="button" class="live" aria-pressed=move || live.on.get().to_string()
                class:away=move || live.stream.get() != Stream::Open
                title="Show news as it comes" on:click=switch
            >
                <span class="live-dot"></span>
                {word}
            </button>
            <span class="live-told" role="status">{told}</span>
        </span>
    }
}
