//! The tools this project is built with: found in the right version, or installed where nothing else is disturbed,
//! or asked for in one line. Versions stand here and nowhere else (`wasm-bindgen` must be the one of Cargo.toml).

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::Outcome;
use crate::process::{announce, find, output, program, root, run};

const WASM_TARGET: &str = "wasm32-unknown-unknown";
const OLDEST_NODE: u32 = 20;

/// A tool that Cargo installs.
struct CargoTool {
    package: &'static str,
    /// The program asked for its version.
    program: &'static str,
    version: &'static str,
    how_long: &'static str,
}

const TRUNK: CargoTool =
    CargoTool { package: "trunk", program: "trunk", version: "0.21.14", how_long: "about 6 minutes, once" };
const WASM_BINDGEN: CargoTool = CargoTool {
    package: "wasm-bindgen-cli",
    program: "wasm-bindgen",
    version: "0.2.129",
    how_long: "about 4 minutes, once",
};

/// The tools, ready to use.
pub struct Tools {
    /// A PATH on which each of them comes first.
    pub path: OsString,
}

impl Tools {
    /// What a build of the page needs: the wasm target, Node and its packages, wasm-bindgen and Trunk.
    pub fn for_page() -> Outcome<Self> {
        let path = env::var_os("PATH").unwrap_or_default();
        // What cannot be installed is asked for before anything long begins.
        check_node(&path)?;
        ensure_wasm_target(&path)?;
        ensure_packages(root(), &path)?;
        let folders = [ensure_cargo_tool(&WASM_BINDGEN, &path)?, ensure_cargo_tool(&TRUNK, &path)?];
        let packages = root().join("node_modules").join(".bin");
        let first = folders.into_iter().flatten().chain([packages]);
        let path = env::join_paths(first.chain(env::split_paths(&path)))
            .map_err(|error| format!("cannot put the tools on PATH: {error}"))?;
        Ok(Self { path })
    }
}

fn check_node(path: &OsString) -> Outcome {
    let cure = format!("install Node {OLDEST_NODE} or newer (https://nodejs.org) and run this again");
    let version = output(&mut program("node", &["--version"], path))
        .ok_or_else(|| format!("Node is missing, which bundles the editor and runs the tests: {cure}"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        return Err(format!("Node {version} is too old: {cure}"));
    }
    match find("npm", path) {
        Some(_) => Ok(()),
        None => Err(format!("npm is missing, which comes with Node: {cure}")),
    }
}

fn ensure_wasm_target(path: &OsString) -> Outcome {
    let rustc = env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let sysroot = output(&mut program(&rustc, &["--print", "sysroot"], path)).unwrap_or_default();
    let library = Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).join("lib");
    if library.is_dir() {
        return Ok(());
    }
    if find("rustup", path).is_none() {
        return Err(format!(
            "Rust's {WASM_TARGET} target is missing and so is rustup, which adds it: install rustup (https://rustup.rs) and run this again"
        ));
    }
    announce(&format!("adding Rust's {WASM_TARGET} target"), "a few seconds, once");
    run(&mut program("rustup", &["target", "add", WASM_TARGET], path))
}

/// Installs the packages of a folder's package-lock.json, unless exactly they were installed before.
pub fn ensure_packages(folder: &Path, path: &OsString) -> Outcome {
    let file = folder.join("package-lock.json");
    let lock = fs::read(&file).map_err(|error| format!("`{}` cannot be read: {error}", file.display()))?;
    let stamp = folder.join("node_modules").join(".installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    let shown = file.strip_prefix(root()).unwrap_or(&file).display();
    announce(&format!("installing the npm packages of {shown}"), "about 10 seconds");
    run(program("npm", &["ci", "--no-audit", "--no-fund"], path).current_dir(folder))?;
    fs::write(&stamp, lock).map_err(|error| format!("`{}` cannot be written: {error}", stamp.display()))
}

/// The folder to put on PATH for a tool, or `None` when the one on PATH is right.
fn ensure_cargo_tool(tool: &CargoTool, path: &OsString) -> Outcome<Option<PathBuf>> {
    if is_version(tool, find(tool.program, path)) {
        return Ok(None);
    }
    let CargoTool { package, program: name, version, how_long } = tool;
    let home = cache_folder()?.join(format!("{}-{version}", tool.program));
    let folder = home.join("bin");
    let file = folder.join(format!("{name}{}", env::consts::EXE_SUFFIX));
    if is_version(tool, Some(file)) {
        return Ok(Some(folder));
    }
    announce(&format!("installing {package} {version} into {}", home.display()), how_long);
    let home = home.to_string_lossy();
    run(&mut program("cargo", &["install", package, "--locked", "--version", version, "--root", &home], path))?;
    Ok(Some(folder))
}

fn is_version(tool: &CargoTool, file: Option<PathBuf>) -> bool {
    let Some(file) = file.filter(|file| file.is_file()) else { return false };
    let printed = output(std::process::Command::new(file).arg("--version"));
    printed.is_some_and(|printed| printed.split_whitespace().nth(1) == Some(tool.version))
}

fn cache_folder() -> Outcome<PathBuf> {
    let folder = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || folder("HOME").or_else(|| folder("USERPROFILE")).map(|home| home.join(".cache"));
    folder("XDG_CACHE_HOME")
        .or_else(home)
        .map(|cache| cache.join("statelight"))
        .ok_or_else(|| "there is no home folder to keep the tools in: set HOME or XDG_CACHE_HOME".into())
}

/// A Chromium for the browser tests: the one named by CHROMIUM, one on PATH, Debian's, or Playwright's own.
pub fn ensure_chromium(path: &OsString) -> Outcome<PathBuf> {
    if let Some(file) = env::var_os("CHROMIUM").map(PathBuf::from) {
        return match file.is_file() {
            true => Ok(file),
            false => Err(format!("CHROMIUM names `{}`, which is no file", file.display())),
        };
    }
    if let Some(file) = chromium_on(path).or_else(|| playwrights_chromium(path)) {
        return Ok(file);
    }
    if is_root_on_debian(path) {
        announce("installing Debian's chromium with apt-get", "about a minute, once");
        let update = run(&mut program("apt-get", &["update", "-qq"], path));
        let install = ["install", "-y", "-qq", "--no-install-recommends", "chromium"];
        let installed = update.and_then(|()| run(&mut program("apt-get", &install, path)));
        if let (Ok(()), Some(file)) = (installed, chromium_on(path)) {
            return Ok(file);
        }
    }
    announce("downloading Playwright's own Chromium", "about a minute, once");
    let downloaded = run(&mut program("npx", &["playwright-core", "install", "chromium"], path));
    downloaded.ok().and_then(|()| playwrights_chromium(path)).ok_or_else(|| {
        "the browser tests need a Chromium and none could be installed: install chromium or Google Chrome, or set CHROMIUM to its program".into()
    })
}

fn chromium_on(path: &OsString) -> Option<PathBuf> {
    let by_name = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(|name| find(name, path));
    let on_a_mac = || {
        let applications = ["Google Chrome.app/Contents/MacOS/Google Chrome", "Chromium.app/Contents/MacOS/Chromium"];
        applications.map(|name| Path::new("/Applications").join(name)).into_iter().find(|file| file.is_file())
    };
    by_name.or_else(on_a_mac)
}

fn playwrights_chromium(path: &OsString) -> Option<PathBuf> {
    let script = "import { chromium } from 'playwright-core'; console.log(chromium.executablePath())";
    let file = output(&mut program("node", &["--input-type=module", "--eval", script], path)).map(PathBuf::from);
    file.filter(|file| file.is_file())
}

fn is_root_on_debian(path: &OsString) -> bool {
    let is_root = output(&mut program("id", &["-u"], path)).as_deref() == Some("0");
    is_root && Path::new("/etc/debian_version").exists() && find("apt-get", path).is_some()
}
