//! Templates that try to take the machine with them end with an error, and soon.
//!
//! Each runs on the stack of a test's thread (2 MiB, as the server's workers have).

use super::try_render;
use crate::{
    format::{Json, MAX_BODY_BYTES},
    template::render,
    webhook::Format,
};

/// `{{ a op a op a … }}`
fn chain(op: &str, times: usize) -> String {
    format!("{{{{ {} }}}}", vec!["a"; times].join(op))
}

fn hostile() -> Vec<String> {
    let doubling = |step: &str| format!("{{% set x = 'abcdefgh' %}}{}{{{{ x }}}}", step.repeat(60));
    let growing = |step: &str| {
        format!(
            "{{% set ns = namespace(x=['a']) %}}{{% for i in range(10000) %}}{step}{{% endfor %}}{{{{ ns.x }}}}"
        )
    };
    let loops = |levels: usize, inside: &str| {
        let open: String = (0..levels).map(|n| format!("{{% for i{n} in range(10000) %}}")).collect();
        format!("[{open}{inside}{}0]", "{% endfor %}".repeat(levels))
    };
    vec![
        "{{ 'a' * 100000000 }}".into(),
        "{{ 100000000 * 'a' }}".into(),
        "{{ 'a' * 10000000 * 10000000 }}".into(),
        "{{ 'a' * 9223372036854775807 }}".into(),
        "{{ ('a' * 1000000)|replace('a', 'a' * 1000000) }}".into(),
        "{{ (['a' * 1000] * 1000)|join('b' * 100000) }}".into(),
        "{{ range(10000)|join('b' * 100000) }}".into(),
        "{{ range(10000)|map('string')|map('replace', '1', 'b' * 100000)|list }}".into(),
        "{{ '%99999999s'|format('a') }}".into(),
        "{{ '%.99999999f'|format(1) }}".into(),
        "{{ ('a\\n' * 100000)|indent(99999999) }}".into(),
        "{{ ('a ' * 4000000)|split|length }}".into(),
        "{{ 9 ** 9 ** 9 ** 9 }}".into(),
        "{{ 10 ** 400 }}".into(),
        "{{ range(9223372036854775807) }}".into(),
        "{{ range(0, 9223372036854775807, 9223372036854775806)|list|tojson(indent=2) * 999999999 }}".into(),
        format!("{{{{ range(10000)|map(attribute='{}')|list }}}}", vec!["a"; 30_000].join(".")),
        "\"{{ '\\x01' * 8000000 }}\"".into(),
        "{{ range(-9223372036854775807, 9223372036854775807, -9223372036854775807) * 2 }}".into(),
        doubling("{% set x = x ~ x %}"),
        doubling("{% set x = x + x %}"),
        doubling("{% set x = [x, x] %}"),
        doubling("{% set x = {'a': x, 'b': x} %}"),
        doubling("{% set x = x|replace('a', x) %}"),
        doubling("{% set x %}{{ x }}{{ x }}{% endset %}"),
        doubling("{% set x = [x, x]|tojson %}"),
        doubling("{% set x = [x, x]|join %}"),
        doubling("{% set x = [x] %}") + &"{% set x = [x] %}".repeat(200),
        growing("{% set ns.x = ns.x + ns.x %}"),
        growing("{% set ns.x = [ns.x] %}"),
        growing("{% set ns.x = [ns.x, ns.x] %}"),
        growing("{% set ns.x = {'a': ns.x} %}"),
        growing("{% set ns.x = ns.x ~ ns.x %}"),
        "{% set ns = namespace() %}{% set ns.me = ns %}{{ ns.me }}".into(),
        loops(2, "{{ i0 }},"),
        loops(20, ""),
        loops(3, "{% if i0 == i1 %}{% endif %}"),
        loops(1, &"x".repeat(60_000)),
        loops(1, "\"{{ payload.items|sort(attribute='sku')|map(attribute='sku')|join }}\","),
        loops(2, "{% if 'b' * 1000 == 'b' * 1000 %}{% endif %}"),
        loops(2, "{% set a = payload %}{% if a == payload %}{% endif %}"),
        loops(1, "{{ range(10000)|sort|reverse|unique|sum }},"),
        "{% for a in range(10) recursive %}{{ loop(range(10)) }}{% endfor %}".into(),
        "{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}".into(),
        "{% include 'template' %}".into(),
        "{% extends 'template' %}".into(),
        "{{ self.x() }}".into(),
        "{{ payload.__class__.__mro__() }}".into(),
        "{% raw %}".into(),
        "{{".into(),
        "{%".into(),
        "{#".into(),
        "{{ '".into(),
        "{{ a.".into(),
        "{{ '\\ud800' }}".into(),
        format!("{{{{ {}a{} }}}}", "(".repeat(30_000), ")".repeat(30_000)),
        format!("{{{{ {}a{} }}}}", "[".repeat(200), "]".repeat(200)),
        format!("{{{{ {}a{} }}}}", "{'a':".repeat(140), "}".repeat(140)),
        format!("{{{{ {} a }}}}", "not ".repeat(16_000)),
        format!("{{{{ {}a }}}}", "-".repeat(60_000)),
        format!("{{{{ a{} }}}}", ".a".repeat(30_000)),
        format!("{{{{ a{} }}}}", "[0]".repeat(20_000)),
        format!("{{{{ a{} }}}}", "|upper".repeat(10_000)),
        format!("{{{{ a{} }}}}", " if a else a".repeat(5_000)),
        format!("{{{{ a{} }}}}", "()".repeat(30_000)),
        chain(" + ", 16_000),
        chain(" ~ ", 16_000),
        chain(" and ", 10_000),
        chain(" < ", 16_000),
        chain(" ** ", 10_000),
        chain(", ", 16_000),
        format!("{}{}", "{% if a %}".repeat(3_000), "{% endif %}".repeat(3_000)),
        format!("{}{}", "{% for a in a %}".repeat(2_000), "{% endfor %}".repeat(2_000)),
        format!("{}1{}", "{% set a %}".repeat(2_000), "{% endset %}".repeat(2_000)),
        format!("{{% if a %}}{}{{% endif %}}", "{% elif a %}".repeat(5_000)),
        format!("{{% for {}a in a %}}{{% endfor %}}", "(".repeat(30_000)),
        format!("{{% set {}a = 1 %}}", "(".repeat(30_000)),
        "{".repeat(65_000),
        "{{ a }}".repeat(9_000),
        "{% set a = 1 %}".repeat(4_000),
        "x".repeat(70_000),
    ]
}

#[test]
fn hostile_templates_end_with_an_error() {
    for template in hostile() {
        for format in [Format::Json, Format::Xml, Format::Form] {
            let shown: String = template.chars().take(100).collect();
            let result = try_render(&template, format);
            assert!(result.is_err(), "{shown}");
            let literal_xml = format!("<a>{template}</a>");
            if let Ok(body) = try_render(&literal_xml, Format::Xml) {
                assert!(body.len() <= MAX_BODY_BYTES, "{shown}");
            }
        }
    }
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
