//! `guard`: every forbidden address at every place that sends. It runs in a network of its own where every
//! address of the internet and of any private network leads to our own listener, and where the names are our
//! own DNS server's: a connection that must not be made would be made, and seen.

mod listener;
mod places;
mod rebinding;

use crate::{
    Kind,
    crier::Running,
    dice::Dice,
    dns::{self, Dns},
    folder::Folder,
    lab::{Lab, Stage, Summary},
    preload, vectors,
};
use anyhow::{Context as _, Result, ensure};
use listener::Listener;
use places::{By, Must, Places};
use std::{fs, os::unix::fs::MetadataExt as _, process::Command};

/// Sets up the network, then becomes the rest of its arguments.
const SETUP: &str = "set -e
ip link set lo up
ip route add local 0.0.0.0/0 dev lo
ip -6 route add local ::/0 dev lo
mount --bind \"$1\" /etc/resolv.conf
mount --bind \"$2\" /etc/nsswitch.conf
shift 2
exec \"$@\"";
/// How often the rebinding name is sent to from each place.
const REBINDINGS: usize = 20;
/// With which a good address sends on to a bad one.
const REDIRECTS: [u16; 2] = [302, 307];

/// Runs this harness again inside its own network.
pub(crate) fn enter(lab: &Lab, redial: bool) -> Result<()> {
    let folder = Folder::new()?;
    let (resolver, order) = (folder.path().join("resolv.conf"), folder.path().join("nsswitch.conf"));
    fs::write(&resolver, "nameserver 127.0.0.1\noptions timeout:10 attempts:3\n")?;
    fs::write(&order, "hosts: files dns\n")?;
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--net"]);
    if fs::metadata("/proc/self")?.uid() != 0 {
        unshare.arg("--map-root-user");
    }
    unshare.args(["--", "sh", "-c", SETUP, "sh"]);
    unshare.args([&resolver, &order]).arg(std::env::current_exe()?).arg("--crier").arg(&lab.crier);
    unshare.args(["guard", "--inside"]).args(redial.then_some("--redial"));
    let status = unshare.status().context("`unshare` is missing (util-linux)")?;
    ensure!(
        status.success(),
        "guard failed; it needs `ip` (iproute2) and the right to make a network namespace"
    );
    Ok(())
}

/// The harness itself.
pub(crate) async fn run(lab: &Lab, redial: bool) -> Result<Summary> {
    let mut stage = lab.stage(Kind::Sqlite).await?;
    if redial {
        let library = preload::compile(preload::REDIAL, stage.folder.path())?;
        stage.crier.variables.push(("LD_PRELOAD".to_owned(), library.display().to_string()));
    }
    let listener = Listener::start().await?;
    Dns::start(Dice::new(lab.dice.below(u64::MAX))).await?;
    let mut summary = Summary::new("guard");

    // As an operator who lets everything pass for a while: what is saved now is there to be sent to later.
    let forbidden = vectors::forbidden();
    let running = serve(&mut stage, "0.0.0.0/0,::/0").await?;
    let mut places = Places::new(stage.api.clone()).await?;
    for by in By::ALL {
        for url in forbidden.iter().cloned().chain(dns::FORBIDDEN.map(url)) {
            places.keep(by, &url, Must::Refuse).await?;
        }
    }
    drop(running);
    let _running = serve(&mut stage, "").await?;

    for by in By::ALL {
        for url in &forbidden {
            places.refuses_to_save(by, url).await?;
            places.unsaved(by, url, Must::Refuse).await?;
        }
        for url in dns::FORBIDDEN.map(url) {
            places.unsaved(by, &url, Must::Refuse).await?;
        }
        for url in forbidden.iter().cloned().chain(dns::FORBIDDEN.map(url)) {
            for status in REDIRECTS {
                let redirect = listener.redirect(status, &url);
                places.unsaved(by, &redirect, Must::Stay(status)).await?;
                places.keep(by, &redirect, Must::Stay(status)).await?;
            }
        }
    }
    places.all_kept().await?;
    let (mut sent, mut refused) = (0, 0);
    for by in By::ALL {
        let here = rebinding::run(&mut places, by, &url(dns::REBINDING), REBINDINGS).await?;
        (sent, refused) = (sent + here.0, refused + here.1);
    }
    let stray = listener.stray();
    let good = listener.good();
    for url in vectors::ALLOWED.map(str::to_owned).into_iter().chain(dns::ALLOWED.map(url)) {
        places.reaches(&url).await?;
    }
    ensure!(listener.good() > good, "the listener saw nothing of what may be sent");

    summary.broken.extend(stray.iter().map(|to| format!("a connection to {to}")));
    summary.broken.append(&mut places.broken);
    summary.more.push(format!(
        "{} URLs and names, each as URL and as token address; {} webhooks saved; {} requests refused at 8 places; {} \
         connections at the listener",
        forbidden.len() + dns::FORBIDDEN.len(),
        places.kept(),
        places.refused,
        stray.len()
    ));
    summary.more.push(format!(
        "rebinding with a lifetime of 0, at 6 places: {sent} attempts to the address that was vetted, {refused} refused; \
         {} redirects not followed, at 6 places",
        places.redirects
    ));
    Ok(summary)
}

fn url(name: &str) -> String {
    format!("http://{name}/hook")
}

/// Starts the server with these networks allowed.
async fn serve(stage: &mut Stage, allowed: &str) -> Result<Running> {
    let name = "CRIER_OUTGOING__ALLOWED_NETWORKS";
    stage.crier.variables.retain(|(other, _)| other != name);
    stage.crier.variables.push((name.to_owned(), allowed.to_owned()));
    stage.crier.serve(&stage.api).await
}
