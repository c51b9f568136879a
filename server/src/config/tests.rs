//! Precedence, and one clear line for what is wrong.

use super::*;

fn layers(file: &str, variables: &[(&str, &str)]) -> Result<Layers> {
    let path = std::env::temp_dir().join(format!("crier-config-{}-{:p}.toml", std::process::id(), file));
    std::fs::write(&path, file)?;
    let mut layers = Layers::defaults()?;
    let read = layers.file(&path);
    std::fs::remove_file(&path)?;
    read?;
    layers.variables(variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())));
    Ok(layers)
}

fn problem(file: &str, variables: &[(&str, &str)]) -> String {
    let error = layers(file, variables).and_then(Config::read).expect_err("it is wrong");
    format!("{error:#}")
}

#[test]
fn the_defaults_are_valid_and_hold_every_key() {
    let config = Config::read(Layers::defaults().unwrap()).unwrap();
    assert_eq!(config.listen, "127.0.0.1:3000");
    assert_eq!(config.database_url, "sqlite://./data/crier.db");
    assert_eq!(config.planned_url().unwrap().as_str(), "http://127.0.0.1:3000/");
    assert!(config.secret_key.is_none() && config.allowed_networks.is_empty());
}

#[test]
fn later_layers_win() {
    let mut layers = layers("listen = \"a:1\"\ndata_dir = \"/x\"", &[("CRIER_LISTEN", "b:2")]).unwrap();
    assert_eq!(layers.read("listen", |t| Ok(t.to_owned())).unwrap(), "b:2");
    layers.flag("listen", Some("c:3".to_owned()));
    layers.flag("data-dir", None);
    let config = Config::read(layers).unwrap();
    assert_eq!(config.listen, "c:3");
    assert_eq!(config.database_url, "sqlite:///x/crier.db");
}

#[test]
fn events_are_kept_for_days_or_without_end() {
    let keep = |file, variables: &[_]| Config::read(layers(file, variables).unwrap()).unwrap().keep_days;
    assert_eq!(keep("", &[]), Some(90));
    assert_eq!(keep("[retention]\ndays = 7", &[]), Some(7));
    assert_eq!(keep("[retention]\ndays = 7", &[("CRIER_RETENTION__DAYS", "0")]), None);
}

#[test]
fn lists_come_as_toml_or_with_commas() {
    let file = layers("[outgoing]\nallowed_networks = [\"10.0.0.0/8\", \"::1\"]", &[]).unwrap();
    let variable = layers("", &[("CRIER_OUTGOING__ALLOWED_NETWORKS", "10.0.0.0/8, ::1/128")]).unwrap();
    let networks: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
    assert_eq!(Config::read(file).unwrap().allowed_networks, networks);
    assert_eq!(Config::read(variable).unwrap().allowed_networks, networks);
}

#[test]
fn mail_has_a_server_and_may_have_a_sender() {
    assert!(Config::read(layers("", &[]).unwrap()).unwrap().smtp.is_none());
    let server = ("CRIER_SMTP__URL", "smtp://ada:secret@mail.example.com");
    for from in ["", "Crier <crier@example.com>"] {
        let set = layers("", &[server, ("CRIER_SMTP__FROM", from)]).unwrap();
        let smtp = Config::read(set).unwrap().smtp;
        let shown = format!("{smtp:?}");
        assert!(shown.contains("mail.example.com") && !shown.contains("secret"), "{shown}");
    }
    let line = problem("", &[server, ("CRIER_SMTP__FROM", "nobody")]);
    assert!(line.starts_with("CRIER_SMTP__FROM: it is not an e-mail address"), "{line}");
}

#[test]
fn unknown_keys_are_named() {
    assert!(problem("lisen = \"x\"", &[]).ends_with("there is no key `lisen`"));
    assert!(problem("[outgoing]\nallow = []", &[]).ends_with("there is no key `outgoing.allow`"));
    assert!(problem("[nothing]\nat = 1", &[]).ends_with("there is no key `nothing`"));
    assert!(problem("a = \n", &[]).contains(": line 1: "));
    let warned = layers("", &[("CRIER_LISTN", "x"), ("CRIER_API_KEY", "k"), ("HOME", "/")]).unwrap().warnings;
    assert_eq!(warned, ["the variable CRIER_LISTN sets nothing: there is no key `listn`"]);
}

#[test]
fn bad_values_name_their_place() {
    assert!(problem("listen = \"3000\"", &[]).contains(": listen: `3000` is not an address"));
    assert!(problem("listen = 3000", &[]).contains(": listen: `3000` is not an address"));
    assert!(problem("listen = true", &[]).ends_with("`listen` is a text, a whole number or a list of texts"));
    for (name, value, says) in [
        ("CRIER_PUBLIC_URL", "https://example.com/path", "not an address without a path"),
        ("CRIER_PUBLIC_URL", "example.com", "not an address without a path"),
        ("CRIER_DATABASE_URL", "mysql://secret@host/db", "it starts with sqlite:// or postgres://"),
        ("CRIER_SECRET_KEY", "c2hvcnQ=", "it is not 32 bytes in base64"),
        ("CRIER_RETENTION__DAYS", "-1", "`-1` is not a number of days"),
        ("CRIER_RETENTION__DAYS", "36501", "0 to keep everything"),
        ("CRIER_ROLE", "boss", "not one of all, console, dispatcher"),
        ("CRIER_SMTP__URL", "http://ada:secret@host", "not an address such as smtps://"),
        ("CRIER_TRUSTED_PROXIES", "10.0.0.0/8,proxy", "`proxy` is not a network"),
    ] {
        let line = problem("", &[(name, value)]);
        assert!(line.starts_with(name) && line.contains(says) && !line.contains('\n'), "{line}");
        assert!(!line.contains("secret@"), "{line}");
    }
}
