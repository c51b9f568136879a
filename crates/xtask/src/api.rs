//! `cargo xtask check-api`: requests made from the OpenAPI description, in thousands, against the program on a new
//! database. It answers none with a server error, and each as it is described.

use anyhow::Result;

use crate::{
    python, run,
    scratch::Scratch,
    site::{self, Mode},
    smoke::Running,
};

/// What every answer is held against. Left out is whether a request that the description allows is taken: rules such as
/// "unknown topic" are not in it.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
    response_headers_conformance,response_schema_conformance,unsupported_method,allow_header_conformance,\
    missing_required_header,ignored_auth";
/// How long requests are made up at random, after those that the description itself suggests.
const SECONDS: &str = "300";
/// How long an answer may take: a test waits for its receiver as long as the webhook's limit says, 30 s at most.
const ANSWER_S: &str = "60";

/// Runs schemathesis, which is not part of `test` because it takes minutes and guards what seldom changes.
pub(crate) fn check() -> Result<()> {
    site::site(Mode::Dev)?;
    let crier = site::server(Mode::Dev)?;
    let python = python::ensure("api")?;
    let folder = Scratch::new("api")?;
    let mut key = run::program(&crier);
    key.current_dir(folder.path()).env_clear().args(["key", "create", "--name", "api", "--scope", "manage"]);
    let key = run::output(&mut key)?;
    let port = run::free_port()?;
    let mut server = Running::start(&crier, folder.path(), port)?;

    let mut schemathesis = run::program(python.with_file_name("schemathesis"));
    // It leaves notes for its next run where it is started.
    schemathesis.current_dir(folder.path());
    schemathesis.arg("run").arg(format!("http://127.0.0.1:{port}/api/openapi.json"));
    schemathesis.arg("--header").arg(format!("Authorization: Bearer {}", key.trim()));
    schemathesis.args(["--checks", CHECKS, "--phases", "coverage,fuzzing,stateful", "--max-time", SECONDS]);
    run::run(schemathesis.args(["--request-timeout", ANSWER_S, "--continue-on-failure"]))?;
    server.stop()
}
