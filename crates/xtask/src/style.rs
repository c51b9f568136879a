//! The style sheet: `style/main.css` names its parts in order by `@import "part.css";`, and one small file comes out.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

/// Reads `main.css` in this folder, puts the imported files in the place of the imports, and minifies.
pub(crate) fn bundle(folder: &Path) -> Result<String> {
    let mut whole = String::new();
    let main = read(folder, "main.css")?;
    for line in main.lines() {
        match line.trim().strip_prefix("@import") {
            None => whole.push_str(line),
            Some(rest) => {
                let name = rest.trim().strip_prefix('"').and_then(|rest| rest.strip_suffix("\";"));
                let name =
                    name.with_context(|| format!("style/main.css: write @import \"part.css\"; for {line}"))?;
                let part = read(folder, name)?;
                if part.contains("@import") {
                    bail!("style/{name}: only main.css imports");
                }
                whole.push_str(&part);
            }
        }
        whole.push('\n');
    }
    Ok(minify(&whole))
}

fn read(folder: &Path, name: &str) -> Result<String> {
    fs::read_to_string(folder.join(name)).with_context(|| format!("can't read style/{name}"))
}

/// Drops comments and needless white space, and nothing else: space is dropped only beside `{ } ; ,` and after
/// `:`, where it never has a meaning (a space *before* a colon separates selectors, so it stays).
fn minify(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    let mut space = false;
    while let Some(next) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
            space = true;
            continue;
        }
        if next.is_ascii_whitespace() {
            rest = &rest[1..];
            space = true;
            continue;
        }
        let token = if matches!(next, '"' | '\'') { quoted(rest, next) } else { &rest[..next.len_utf8()] };
        if space
            && !matches!(next, '{' | '}' | ';' | ',')
            && !out.ends_with(['{', '}', ';', ',', ':'])
            && !out.is_empty()
        {
            out.push(' ');
        }
        if next == '}' && out.ends_with(';') {
            out.pop();
        }
        out.push_str(token);
        rest = &rest[token.len()..];
        space = false;
    }
    out
}

/// The string at the start of the text, with its quotes; up to the end where it is never closed.
fn quoted(text: &str, quote: char) -> &str {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return &text[..=at],
            _ => {}
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drops_what_has_no_meaning() {
        let css = "/* head */\na , b > c {\n  color : red ;\n  margin: 0 auto;\n}\n\n@media (min-width: 3px) { d { x: y; } }";
        assert_eq!(minify(css), "a,b > c{color :red;margin:0 auto}@media (min-width:3px){d{x:y}}");
    }

    #[test]
    fn keeps_what_has_a_meaning() {
        for css in [
            "a :hover{b:c}",
            "a{width:calc(1px + 2px)}",
            "a{content:\"/* { ; \\\" } */  x\"}",
            "a{b:url('data:x;  y')}",
            ".\u{e9}{--a:b c}",
            "a{&:is(b, c) d{e:f}}".replace(", ", ",").as_str(),
        ] {
            assert_eq!(minify(css), css);
        }
    }

    #[test]
    fn bundles_in_the_order_of_the_imports() {
        let folder = std::env::temp_dir().join(format!("crier-style-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("main.css"), "@layer a, b;\n@import \"two.css\";\n@import \"one.css\";\n")
            .unwrap();
        fs::write(folder.join("one.css"), "one { }").unwrap();
        fs::write(folder.join("two.css"), "two { }").unwrap();
        assert_eq!(bundle(&folder).unwrap(), "@layer a,b;two{}one{}");
        fs::write(folder.join("two.css"), "@import \"one.css\";").unwrap();
        assert!(bundle(&folder).unwrap_err().to_string().contains("two.css"));
        fs::write(folder.join("main.css"), "@import url(one.css);").unwrap();
        assert!(bundle(&folder).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
