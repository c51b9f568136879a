//! Whatever the values are, the result is well-formed, and reads back as the value.

use crate::{
    format::{Json, testing, well_formed, xml_decode},
    template::render,
    webhook::Format,
};
use proptest::prelude::*;

fn root(value: &Json) -> Json {
    Json::Object(vec![("x".to_owned(), value.clone())])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn outside_quotes_a_value_is_itself(value in testing::json()) {
        let body = render("{\"v\": {{ x }}, \"n\": [{{ x }}]}", &root(&value), Format::Json).expect("a body");
        let read = Json::parse(&body).expect("JSON");
        prop_assert_eq!(read.get("v"), Some(&value));
        prop_assert_eq!(read.get("n.0"), Some(&value));
    }

    #[test]
    fn inside_quotes_a_value_is_its_text(value in testing::json()) {
        let body = render("{\"v\": \"<{{ x }}>\", \"{{ x }}\": 1}", &root(&value), Format::Json);
        let text = value.to_plain_text();
        if text == "v" { return Ok(()); }
        let read = Json::parse(&body.expect("a body")).expect("JSON");
        let expected = format!("<{text}>");
        prop_assert_eq!(read.get("v").and_then(Json::as_str), Some(expected.as_str()));
        prop_assert_eq!(read.child(&text), Some(&Json::from(1)));
    }

    #[test]
    fn converted_xml_reads_back(value in testing::json()) {
        let body = render("{\"v\": {{ x }}}", &root(&value), Format::Xml).expect("a body");
        let expected = Json::Object(vec![("v".to_owned(), value)]);
        let read = xml_decode::decode(&body);
        prop_assert_eq!(read.as_ref(), Ok(&expected));
    }

    #[test]
    fn literal_xml_is_well_formed(value in testing::json()) {
        let template = "<a b=\"{{ x }}\" c='{{ x }}'>{{ x }}<!-- {{ x }} --><![CDATA[{{ x }}{{ x }}>]]><?p {{ x }}?></a>";
        let body = render(template, &root(&value), Format::Xml);
        let body = body.map_err(|error| error.to_string());
        prop_assert!(body.as_ref().is_ok_and(|body| well_formed(body).is_ok()), "{:?}", body);
    }

    #[test]
    fn forms_hold_any_value(value in testing::json()) {
        let form = render("{\"v\": {{ x }}, \"t\": \"{{ x }}\"}", &root(&value), Format::Form);
        prop_assert!(form.is_ok());
    }

    #[test]
    fn no_template_makes_the_program_fall(pieces in proptest::collection::vec(proptest::sample::select(PIECES), 0..12), value in testing::json()) {
        for format in [Format::Json, Format::Xml, Format::Form] {
            let _ = render(&pieces.concat(), &root(&value), format);
        }
    }
}

/// Pieces of templates, to be put together at random.
const PIECES: &[&str] = &[
    "{{ ",
    " }}",
    "{% ",
    " %}",
    "x",
    "x.a",
    "x[0]",
    "|",
    "upper",
    "first",
    "sort",
    "join(',')",
    "length",
    "tojson",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "if ",
    "else",
    "endif",
    "for i in x",
    "endfor",
    "set y = x",
    " ~ ",
    " + ",
    " * 3",
    " == ",
    " is defined",
    ",",
    ":",
    "<a>",
    "</a>",
    "<![CDATA[",
    "\\",
    "é",
    "{{ x }}",
    "{{ i }}",
    "{% for i in x %}",
    "{% endfor %}",
    "{% if x %}",
    "{% endif %}",
    "{% set x %}",
    "{% endset %}",
    "1.50",
    "-",
    "{#",
    "#}",
    "\n",
];
