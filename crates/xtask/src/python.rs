//! Python for what checks us from outside, each in an environment of its own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Result;

use crate::{run, workspace};

/// Installs what `end2end/NAME/requirements.txt` names, unless that is in place already; Python itself by apt where we
/// may. Returns the environment's Python.
pub(crate) fn ensure(name: &str) -> Result<PathBuf> {
    let file = workspace::root().join("end2end").join(name).join("requirements.txt");
    let wanted = fs::read_to_string(&file)?;
    let home = workspace::target()?.join(name);
    let (python, stamp) = (home.join("bin/python"), home.join("installed"));
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(python);
    }
    if make(&home).is_err() {
        let what = "Python 3 with venv is missing";
        run::apt_install(&["python3", "python3-venv"], what)?;
        make(&home)?;
    }
    let mut pip = run::program(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&file);
    run::run(&mut pip)?;
    fs::write(stamp, wanted)?;
    Ok(python)
}

fn make(home: &Path) -> Result<()> {
    run::output(run::program("python3").args(["-m", "venv", "--clear"]).arg(home)).map(drop)
}
