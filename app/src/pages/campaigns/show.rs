//! The page of one campaign, which is its form; and the form of a new one.

use super::{
    api::{ActivateCampaign, DeleteCampaign, PauseCampaign, SaveCampaign, TestCampaign},
    form::{fill, start},
    parts,
};
use crate::{
    components::{
        button::{self, hidden_fields},
        card::{card, facts},
        confirm::Confirm,
        field::{Field, returned_from},
        frame::Area,
        icon::icon,
        notice::notice,
        pill,
        table::menu,
    },
    form::Tone,
    page::{Answer, Page, Visit},
    pages::webhooks::test,
    pairs::Pairs,
    words,
};
use domain::{
    campaign::{CATALOG, Campaign, Chosen},
    catalog,
    webhook::{Method, State, frequency::counted},
};
use engine::{Error, Permission};
use leptos::{prelude::*, server_fn::ServerFn};

/// The id of the form, which the button *Activate* in the head belongs to.
const FORM: &str = "campaign";

/// `/campaigns/new`.
pub async fn new(visit: Visit) -> Answer {
    visit.who.must(Permission::Manage)?;
    let fields = visit.form.typed.clone().unwrap_or_else(start);
    let body = view! { {catalog_off(&visit).await?} {form(&visit, &fields)} };
    Ok(Page::new(Area::Campaigns, "New hybrid campaign")
        .crumb("Campaigns", "/campaigns")
        .actions(activate())
        .body(body))
}

/// `/campaigns/{id}`.
pub async fn page(visit: Visit) -> Answer {
    let campaign = visit.engine.campaign(&visit.who, visit.id("id")?).await?;
    let off = catalog_off(&visit).await?;
    let may = visit.may(Permission::Manage);
    let inner = if may {
        let fields = visit.form.typed.clone().unwrap_or_else(|| fill(&campaign));
        form(&visit, &fields)
    } else {
        read_only(&visit, &campaign)
    };
    let page = Page::new(Area::Campaigns, campaign.name.clone())
        .crumb("Campaigns", "/campaigns")
        .state(pill::webhook(campaign.state))
        .actions(actions(&campaign, may));
    let page = match &campaign.trigger {
        Some(trigger) => page.lead(trigger.describe()),
        None => page,
    };
    Ok(page.body(view! { {off} {inner} }))
}

/// Says that nothing can start a campaign yet, and what to do about it.
async fn catalog_off(visit: &Visit) -> Result<AnyView, Error> {
    let on = visit.engine.marketplace(&visit.who).await?.policy.catalogs;
    if on.iter().any(|catalog| catalog == CATALOG) {
        return no_views(visit).await;
    }
    let title = catalog::all().iter().find(|each| each.key == CATALOG).map_or(CATALOG, |each| &each.title);
    Ok(notice(
        Tone::Warning,
        view! {
            "Nothing can start a campaign yet: the catalog “" {title} "” is switched off. An owner can switch it on under "
            <a href="/settings">"Settings, Marketplace"</a> "."
        },
    ))
}

/// Says that no website reports views yet, and where that is set up.
async fn no_views(visit: &Visit) -> Result<AnyView, Error> {
    let tag = visit.engine.tracking(&visit.who).await?;
    if tag.is_some_and(|tag| tag.on && tag.last_view_at.is_some()) {
        return Ok(().into_any());
    }
    Ok(notice(
        Tone::Info,
        view! {
            "No website reports views yet. Set it up under " <a href="/settings/tag">"Settings, Website tag"</a>
            ". Until then, publish a sample of " <a href="/topics/visitor.page.viewed#publish">"Page viewed"</a> " to try a campaign that is active."
        },
    ))
}

fn activate() -> AnyView {
    view! {
        <button class="button primary" form=FORM formaction=ActivateCampaign::PATH>{icon("play")} "Activate"</button>
    }
    .into_any()
}

fn actions(campaign: &Campaign, may: bool) -> AnyView {
    let log = campaign
        .webhook_id
        .map(|id| button::link("Deliveries", "delivery", format!("/webhooks/{id}/deliveries")));
    if !may {
        return log.into_any();
    }
    let hidden = [("id", campaign.id.to_string())];
    let toggle = match campaign.state {
        State::Active => button::action("Pause", "pause", "", PauseCampaign::PATH, &hidden),
        _ => activate(),
    };
    let webhook = campaign.webhook_id.map(|id| {
        view! { <a class="menu-item" href=format!("/webhooks/{id}")>{icon("webhook")} "Open its webhook"</a> }
    });
    let delete = Confirm {
        id: "delete-campaign".to_owned(),
        verb: "Delete",
        class: "menu-item danger",
        icon: "trash",
        title: format!("Delete “{}”?", campaign.name),
        text: "Its webhook goes with it, and what waits is discarded. The log stays readable.".to_owned(),
        action: DeleteCampaign::PATH,
        hidden: hidden.to_vec(),
    };
    view! { {log} {toggle} {menu(&campaign.name, view! { {webhook} {delete.view()} })} }.into_any()
}

fn form(visit: &Visit, fields: &Pairs) -> AnyView {
    let form = &visit.form;
    let hidden: Vec<_> = ["id", "has_webhook"]
        .into_iter()
        .filter_map(|name| Some((name, fields.some(name)?.to_owned())))
        .collect();
    view! {
        <form method="post" action=SaveCampaign::PATH class="form" id=FORM data-guard="">
            // Enter saves: the first button of a form is the one that Enter presses.
            <button hidden></button>
            {returned_from(form)}
            {hidden_fields(&hidden)}
            <div class="campaign-name">
                {Field::text("name", "Name").of(form, fields.get("name")).placeholder("Welcome series").view()}
            </div>
            {parts::flow(form, fields)}
            {test::result(visit)}
            {test::bar(form, TestCampaign::PATH)}
        </form>
    }
    .into_any()
}

/// The three parts for people who may not change them.
fn read_only(visit: &Visit, campaign: &Campaign) -> AnyView {
    let told = format!(
        "Your role, {}, can read this campaign but not change it.",
        words::role(visit.member.role).to_lowercase()
    );
    let missing = || view! { <p class="help">"Missing."</p> }.into_any();
    let trigger = campaign.trigger.as_ref().map(|trigger| {
        let whom = if trigger.known_only { "Known profiles only" } else { "Every visitor" };
        facts(vec![("Starts when", trigger.describe().into_any()), ("For", whom.into_any())])
    });
    let webhook = campaign.webhook.as_ref().map(|sends| {
        let Chosen { profile_fields, static_fields } = &sends.chosen;
        let fixed: Vec<String> =
            static_fields.iter().map(|field| format!("{} = {}", field.name, field.value)).collect();
        let names: Vec<&str> = sends.headers.iter().map(|header| header.name.as_str()).collect();
        let or_none = |text: String| if text.is_empty() { "None".to_owned() } else { text }.into_any();
        facts(vec![
            ("URL", view! { <code>{sends.url.clone()}</code> }.into_any()),
            ("Method", if sends.method == Method::Get { "GET" } else { "POST" }.into_any()),
            ("Profile fields", or_none(profile_fields.join(", "))),
            ("Additional data", or_none(fixed.join(", "))),
            ("Request headers", or_none(names.join(", "))),
        ])
    });
    let stop = campaign
        .stop
        .map(|stop| facts(vec![("May restart after", counted(stop.restart_after_s).into_any())]));
    view! {
        {notice(Tone::Info, told)}
        {card("trigger", "Website trigger", trigger.unwrap_or_else(missing))}
        {card("webhook", "Webhook", webhook.unwrap_or_else(missing))}
        {card("stop", "Stop", stop.unwrap_or_else(missing))}
    }
    .into_any()
}
