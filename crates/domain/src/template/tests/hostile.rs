//! Templates that try to take the machine with them.
//!
//! Each runs on the stack of a test's thread (2 MiB, as the server's workers have).

use super::{
    hostile_list::{chain, hostile, results, xml},
    try_render,
};
use crate::{
    format::{Json, MAX_BODY_BYTES},
    template::render,
    webhook::Format,
};
use std::collections::HashSet;

#[test]
fn hostile_templates_end_with_an_error() {
    let templates = hostile();
    let different: HashSet<_> = templates.iter().collect();
    assert!(different.len() >= 200, "{} of the 200 that are asked for", different.len());
    for template in &templates {
        assert!(try_render(template, Format::Json).is_err(), "{}", start(template));
    }
    // The format comes after the template: only these get so far.
    for template in results() {
        for format in [Format::Xml, Format::Form] {
            assert!(try_render(&template, format).is_err(), "{}", start(&template));
        }
    }
    for template in xml() {
        assert!(try_render(&template, Format::Xml).is_err(), "{}", start(&template));
    }
}

#[test]
fn hostile_templates_make_no_large_xml() {
    for template in hostile() {
        if let Ok(body) = try_render(&format!("<a>{template}</a>"), Format::Xml) {
            assert!(body.len() <= MAX_BODY_BYTES, "{}", start(&template));
        }
    }
}

/// So much of a template that it is known again.
fn start(template: &str) -> String {
    template.chars().take(100).collect()
}

#[test]
fn what_just_fits_is_rendered() {
    // Chains and nests of a length that no person writes, but that must not break the stack.
    for template in [
        chain(" + ", 245),
        chain(" ~ ", 245),
        format!("{{{{ {} a }}}}", "not ".repeat(490)),
        format!("{{{{ {}1 }}}}", "- ".repeat(490)),
        format!("{{{{ a{} }}}}", ".a".repeat(240)),
        format!("{{{{ a{} }}}}", "|upper".repeat(240)),
        format!("{{{{ a{} }}}}", " if a else a".repeat(120)),
        format!("{{{{ {}a{} }}}}", "[".repeat(40), "]".repeat(40)),
        format!("{}1{}", "{% if true %}".repeat(40), "{% endif %}".repeat(40)),
        format!("{{% if a %}}{}{{% else %}}1{{% endif %}}", "{% elif a %}".repeat(99)),
        "{% set ns = namespace(x=1) %}{% for i in range(100) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}"
            .into(),
    ] {
        let shown: String = template.chars().take(60).collect();
        let result = try_render(&template, Format::Json);
        assert!(result.is_ok(), "{shown} {result:?}");
    }
    let items: Vec<String> = (0..9000).map(|n| format!("{{\"id\":{n},\"name\":\"Student {n}\"}}")).collect();
    let root = Json::parse(&format!("{{\"payload\":{{\"items\":[{}]}}}}", items.join(","))).expect("JSON");
    let template = "[{% for i in payload.items %}{\"id\":{{ i.id }},\"name\":\"{{ i.name|upper }}\"}{% if not loop.last %},{% endif %}{% endfor %}]";
    assert!(render(template, &root, Format::Json).is_ok());
    assert!(render("{\"all\":{{ payload }}}", &root, Format::Json).is_ok());
    let long = format!("\"{}\"", "{{ 'x' * 1000 }}".repeat(1000));
    assert_eq!(try_render(&long, Format::Json).map(|body| body.len()), Ok(1_000_002));
    assert!(try_render(&long.replace("1000", "1100"), Format::Json).is_err());
}
