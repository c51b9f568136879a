//! One profile: its fields, to be looked at and changed; and a new one.

use super::{
    LIST,
    api::{DeleteProfile, SaveProfile},
};
use crate::{
    components::{
        button::{hidden_fields, submit},
        card::section,
        confirm::Confirm,
        field::{Field, returned_from},
        frame::Area,
    },
    page::{Answer, Page, Visit},
};
use domain::{format::Json, profile::Profile};
use engine::Permission;
use leptos::{prelude::*, server_fn::ServerFn};

/// What a new profile is shown to hold.
const EXAMPLE: &str = "{ \"email\": \"ada@example.com\", \"gender\": \"female\" }";

/// `/profiles/edit`, of `?id=…` or a new one.
pub async fn page(visit: Visit) -> Answer {
    visit.who.must(Permission::Publish)?;
    let profile = match visit.query.raw("id") {
        Some(id) => Some(visit.engine.profile(&visit.who, id).await?),
        None => None,
    };
    let title = profile.as_ref().map_or("Add a profile", |profile| &profile.id).to_owned();
    let page = Page::new(Area::Campaigns, title)
        .crumb("Campaigns", "/campaigns")
        .crumb("Profiles", LIST)
        .actions(profile.as_ref().map(delete))
        .narrow();
    Ok(page.body(form(&visit, profile.as_ref())))
}

fn form(visit: &Visit, profile: Option<&Profile>) -> AnyView {
    let form = &visit.form;
    let pretty = |text: &str| Json::parse(text).map_or_else(|_| text.to_owned(), |json| json.pretty());
    let stored = profile.map(|profile| pretty(&profile.fields)).unwrap_or_default();
    let id = match profile {
        Some(profile) => hidden_fields(&[("old", profile.id.clone())]),
        None => Field::text("id", "Id")
            .of(form, "")
            .help("Your platform’s own id of this person, as its events write it in profileid.")
            .focus()
            .view(),
    };
    view! {
        <form method="post" action=SaveProfile::PATH class="form" data-guard="">
            {returned_from(form)}
            {section("profile", "What is known", "Campaigns and webhooks send these fields where a profile has them. Your platform keeps them up to date with PUT /api/v1/profiles/{id}; what is typed here is replaced then.", view! {
                {id}
                {Field::code("fields", "Fields", 10).of(form, &stored).placeholder(EXAMPLE).help("A JSON object, such as the e-mail address and the gender.").view()}
                <div class="row">{submit("Save")}</div>
            })}
        </form>
    }
    .into_any()
}

fn delete(profile: &Profile) -> AnyView {
    Confirm {
        id: "delete-profile".to_owned(),
        verb: "Delete",
        class: "quiet danger",
        icon: "trash",
        title: format!("Delete the profile “{}”?", profile.id),
        text:
            "The next view of this visitor brings the id alone. Events that took the profile along keep it."
                .to_owned(),
        action: DeleteProfile::PATH,
        hidden: vec![("id", profile.id.clone())],
    }
    .view()
}
