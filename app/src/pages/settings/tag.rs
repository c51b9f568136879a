//! The website tag: which websites report views, the script they include, and how they say who a visitor is.

use super::frame;
use crate::{
    codec::HtmlForm,
    components::{
        button,
        card::{card, facts, section},
        code::{self, Language},
        confirm::Confirm,
        copy,
        field::{Field, choice},
        notice::notice,
        time,
    },
    form::{Next, Returned, Tone, act},
    page::{Answer, Visit},
    pairs::Pairs,
};
use domain::{invalid::Invalid, tracking::Tracking};
use engine::{ChangedTag, Permission, TagPart};
use leptos::{prelude::*, server_fn::ServerFn};

const PAGE: &str = "/settings/tag";
/// The catalog that views are events of.
const CATALOG: &str = "visitor";
/// What the page is given to show when a secret was just made.
const SECRET: &str = "secret";

/// `/settings/tag`
pub(super) async fn page(visit: Visit) -> Answer {
    let tag = visit.engine.tracking(&visit.who).await?;
    let catalogs = visit.engine.marketplace(&visit.who).await?.policy.catalogs;
    let owner = visit.may(Permission::Own);
    let body = view! {
        {shown_once(&visit.form)}
        {(!catalogs.iter().any(|on| on == CATALOG)).then(catalog_is_off)}
        {standing(&visit, tag.as_ref(), owner)}
        {tag.map(|tag| view! {
            {script(&visit, &tag)}
            {identify()}
            {owner.then(rotate)}
        })}
    };
    Ok(frame(&visit).narrow().body(body))
}

fn shown_once(form: &Returned) -> Option<AnyView> {
    let secret: String = form.extra(SECRET)?;
    let body = view! {
        <p>"Give it to whoever runs your website’s server, which proves with it who a visitor is. It never stands in a page. Copy it now: it is not shown again."</p>
        {copy::secret(secret, "identify secret")}
    };
    Some(card("secret", "Identify secret", body))
}

fn catalog_is_off() -> AnyView {
    let text = view! {
        "Views are events of the catalog “Website behaviour”, which is off: they are refused until it is switched on in "
        <a href="/settings#catalogs">"Settings → Marketplace"</a> "."
    };
    notice(Tone::Warning, text)
}

/// Whether views are accepted, from where, and when the last one came in.
fn standing(visit: &Visit, tag: Option<&Tracking>, owner: bool) -> AnyView {
    let last = tag.map(|tag| {
        let last = match tag.last_view_at {
            Some(at) => time::ago(at, visit.now),
            None => "none so far".into_any(),
        };
        let websites = match tag.origins.as_slice() {
            [] => "none".to_owned(),
            origins => origins.join(", "),
        };
        let mut list = vec![("Last view", last)];
        if !owner {
            list.insert(0, ("Views are", if tag.on { "accepted" } else { "refused" }.into_any()));
            list.push(("Websites", websites.into_any()));
        }
        facts(list)
    });
    let form = if owner {
        form(&visit.form, tag)
    } else if tag.is_none() {
        view! { <p class="muted">"It is off. An owner can switch it on."</p> }.into_any()
    } else {
        ().into_any()
    };
    section(
        "tag",
        "Views of your website",
        "A small script in your pages reports which pages and items are looked at. Webhooks and campaigns react to it.",
        view! { <div class="stack">{last} {form}</div> },
    )
}

fn form(form: &Returned, tag: Option<&Tracking>) -> AnyView {
    let stored = tag.map(|tag| tag.origins.join("\n")).unwrap_or_default();
    let websites = Field::area("origins", "Websites, one on a line", 3)
        .of(form, &stored)
        .placeholder("https://shop.example.com")
        .help(
            "Scheme and host, and the port if it is not the usual one. Views from anywhere else are refused.",
        );
    // The contract names the line; the message shows it.
    let wrong = form.errors.errors.iter().map(|error| error.field.clone());
    let websites = wrong
        .filter(|field| field.starts_with("origins."))
        .fold(websites, |field, name| field.error_at(form, &name));
    let (on, verb) = match tag {
        None => (view! { <input type="hidden" name="on" value="true" /> }.into_any(), "Switch on"),
        Some(tag) => {
            let options = vec![
                ("true", "Accepted", "From the websites below.".into_any()),
                ("false", "Refused", "All of them. Key and secret stay for later.".into_any()),
            ];
            let chosen = form.value("on", if tag.on { "true" } else { "false" });
            (choice(form, "on", "Views are", options, &chosen), "Save")
        }
    };
    view! {
        <form method="post" action=SaveTag::PATH class="stack">
            {on}
            {websites.view()}
            <div class="row">{button::submit(verb)}</div>
        </form>
    }
    .into_any()
}

/// What goes into the pages.
fn script(visit: &Visit, tag: &Tracking) -> AnyView {
    let src = visit.engine.config().public_url.join("/track.js").map(String::from).unwrap_or_default();
    let tag = format!("<script async src=\"{src}\" data-key=\"{}\"></script>", tag.key);
    let item = "<script>\n  window.crier = window.crier || [];\n  crier.push(['item', { id: 'TP-28', name: 'Trail pack 28 l', price: 89.9 }]);\n</script>";
    section(
        "script",
        "The script",
        "Put this into the head of every page. The key may be seen by everybody: it reports views and opens nothing else.",
        view! {
            <div class="stack">
                {code::block("Script tag", Language::Plain, &tag)}
                <p class="help">"What kind of page it is, for webhooks that ask: "<code>"data-page-type=\"article\""</code>" in the tag, or "<code>"<meta name=\"crier:page-type\" content=\"article\">"</code>"."</p>
                {code::block("On the page of an item", Language::Plain, item)}
                <p class="help">"In an application of one page, "<code>"crier.page({ type: 'article' })"</code>" reports each further page. The script keeps an anonymous id in the browser’s storage and sets no cookies."</p>
            </div>
        },
    )
}

/// How a website says who a visitor is.
fn identify() -> AnyView {
    let page = "<script>\n  window.crier = window.crier || [];\n  crier.push(['identify', '<the id>', '<the HMAC>']);\n</script>";
    let php = "$hmac = hash_hmac('sha256', $id, $identifySecret);";
    let node = "const hmac = crypto.createHmac('sha256', identifySecret).update(id).digest('hex');";
    section(
        "identify",
        "Who a visitor is",
        "A visitor is unknown until your server says who it is: it signs the profile’s id with the identify secret, and the page passes both on.",
        view! {
            <div class="stack">
                {code::block("On the server, PHP", Language::Plain, php)}
                {code::block("On the server, Node", Language::Plain, node)}
                {code::block("On the page", Language::Plain, page)}
                <p class="help">"It holds until the browser’s tab is closed, or "<code>"crier.identify()"</code>" is called, as at signing out. What is known of a profile comes from your server: "<code>"PUT /api/v1/profiles/{id}"</code>"; it stands under "<a href="/profiles">"Profiles"</a>"."</p>
            </div>
        },
    )
}

fn rotate() -> AnyView {
    let confirm = |part: &'static str, verb, title: &str, text: &str| {
        Confirm {
            id: format!("rotate-{part}"),
            verb,
            class: "",
            icon: "key",
            title: title.to_owned(),
            text: text.to_owned(),
            action: RotateTag::PATH,
            hidden: vec![("what", part.to_owned())],
        }
        .view()
    };
    let key = confirm(
        "key",
        "New key",
        "Make a new track key?",
        "Pages with the old one report no more views until their script tag is changed.",
    );
    let secret = confirm(
        "identify_secret",
        "New identify secret",
        "Make a new identify secret?",
        "Visitors are unknown until your server uses the new one.",
    );
    section(
        "rotate",
        "Key and secret",
        "If one of them is misused, make it anew. The old one is worth nothing from then on.",
        view! { <div class="row">{key} {secret}</div> },
    )
}

/// Back to the page; a secret that was just made is shown there.
fn next((_, secret): ChangedTag, said: &str) -> Next {
    let next = Next::to(PAGE).say(said);
    secret.map_or(next.clone(), |secret| next.with(SECRET, secret.as_str()))
}

/// Switches the tag on or off, and says which websites may use it.
#[server(prefix = "/do", endpoint = "tag/save", input = HtmlForm)]
pub async fn save_tag(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        let lines = form.get("origins").lines().map(str::trim).filter(|line| !line.is_empty());
        let origins: Vec<String> = lines.map(str::to_owned).collect();
        let changed = caller.engine.save_tracking(&caller.who, form.get("on") == "true", &origins).await?;
        Ok(next(changed, "Saved."))
    })
    .await
}

/// Makes the key or the identify secret anew.
#[server(prefix = "/do", endpoint = "tag/rotate", input = HtmlForm)]
pub async fn rotate_tag(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        let part = match form.get("what") {
            "key" => TagPart::Key,
            "identify_secret" => TagPart::IdentifySecret,
            _ => return Err(Invalid::one("what", "Choose the key or the identify secret.").into()),
        };
        let changed = caller.engine.rotate_tracking(&caller.who, part).await?;
        Ok(next(changed, "Made anew."))
    })
    .await
}
