//! One's own signed-in devices.

use super::frame;
use crate::{
    codec::HtmlForm,
    components::{
        button,
        icon::icon,
        pill::pill,
        table::{Column, cell, row, table, tools},
        time,
    },
    form::{Next, act},
    page::{Answer, Visit},
    pairs::Pairs,
};
use domain::account::Device;
use engine::Error;
use leptos::{prelude::*, server_fn::ServerFn};

const PAGE: &str = "/settings/devices";

/// `/settings/devices`
pub(super) async fn page(visit: Visit) -> Answer {
    let devices = visit.engine.devices(&visit.who).await?;
    let columns = [
        Column("Device", false),
        Column("Address", false),
        Column("Signed in", false),
        Column("Last seen", false),
        Column("", false),
    ];
    let rows = devices.iter().map(|device| line(&visit, device)).collect();
    let page = frame(&visit)
        .lead("Where you are signed in. Sign out what you don't know, and change your password.");
    Ok(page.body(table("Signed-in devices", &columns, rows)))
}

fn line(visit: &Visit, device: &Device) -> AnyView {
    let this = visit.who.session == Some(device.id);
    let end = if this {
        pill("good", "check-circle", "This device")
    } else {
        button::action(
            "Sign out",
            "sign-out",
            "quiet small",
            SignOutDevice::PATH,
            &[("id", device.id.to_string())],
        )
    };
    row(vec![
        cell(
            "Device",
            view! { <span class="row" title=device.user_agent.clone()>{icon("device")} <strong>{name(&device.user_agent)}</strong></span> },
        ),
        cell(
            "Address",
            if device.address.is_empty() { "unknown".to_owned() } else { device.address.clone() },
        ),
        cell("Signed in", time::ago(device.created_at, visit.now)),
        cell("Last seen", time::ago(device.seen_at, visit.now)),
        tools(end),
    ])
}

/// "Firefox on Linux", from what the browser says about itself.
fn name(user_agent: &str) -> String {
    let find = |list: &[(&str, &'static str)]| {
        list.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
    };
    // The order matters: most browsers also name the ones they descend from.
    let browser = find(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) if user_agent.is_empty() => "Unknown device".to_owned(),
        (None, None) => user_agent.chars().take(60).collect(),
    }
}

/// Ends the session of another of one's own devices.
#[server(prefix = "/do", endpoint = "devices/sign-out", input = HtmlForm)]
pub async fn sign_out_device(form: Pairs) -> Result<(), ServerFnError> {
    act(PAGE, form, |caller, form| async move {
        let id = form.get("id").parse().map_err(|_| Error::NotFound)?;
        caller.engine.sign_out_device(&caller.who, id).await?;
        Ok(Next::to(PAGE).say("Signed out."))
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart() {
        for (user_agent, says) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0",
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari on iPhone",
            ),
            ("curl/8.0", "curl/8.0"),
            ("", "Unknown device"),
        ] {
            assert_eq!(name(user_agent), says);
        }
    }
}
