//! Literal XML, and JSON results that are converted.

use super::{event, refused, xml};
use crate::{
    format::{Json, well_formed},
    template::render,
    webhook::Format,
};

#[test]
fn values_are_escaped() {
    assert_eq!(
        xml("<a b=\"{{ payload.email }}\">{{ payload.name }}</a>"),
        "<a b=\"a&quot;b\\c&#10;@example.com\">&lt;Zoë &amp; Co&gt;</a>"
    );
    assert_eq!(xml("<a b='{{ payload.email }}'/>"), "<a b='a&quot;b\\c&#10;@example.com'/>");
    assert_eq!(
        xml("<a>{{ payload.price }}{{ payload.none }}{{ payload.missing.too }}{{ payload.yes }}</a>"),
        "<a>1.10true</a>"
    );
    assert_eq!(xml("<a>{{ payload.name|e }}{{ '<b/>'|safe }}</a>"), "<a>&lt;Zoë &amp; Co&gt;<b/></a>");
}

#[test]
fn illegal_characters_become_the_replacement_character() {
    let root = Json::parse(r#"{"x":"a\u0000b\ufffe\u001bc\r"}"#).expect("JSON");
    for (template, expected) in [
        ("<a>{{ x }}</a>", "<a>a\u{fffd}b\u{fffd}\u{fffd}c&#13;</a>"),
        ("<a b=\"{{ x }}\"/>", "<a b=\"a\u{fffd}b\u{fffd}\u{fffd}c&#13;\"/>"),
        ("<a><![CDATA[{{ x }}]]></a>", "<a><![CDATA[a\u{fffd}b\u{fffd}\u{fffd}c\r]]></a>"),
    ] {
        assert_eq!(render(template, &root, Format::Xml).as_deref(), Ok(expected));
    }
}

#[test]
fn values_do_not_end_what_they_stand_in() {
    let root = Json::parse(
        r#"{"end":"]]>","bracket":"]]","gt":">","dash":"--","pi":"?>","close":"</a>","quote":"'\""}"#,
    )
    .expect("JSON");
    for template in [
        "<a><![CDATA[{{ end }}{{ bracket }}>{{ bracket }}{{ gt }}]{{ gt }}]]></a>",
        "<a><!--{{ dash }}{{ dash }}>-{{ gt }}{{ dash }}--></a>",
        "<a><?x {{ pi }}{{ pi }}?></a>",
        "<a b='{{ quote }}' c=\"{{ quote }}\">{{ close }}</a>",
    ] {
        let body = render(template, &root, Format::Xml);
        assert!(body.as_ref().is_ok_and(|body| well_formed(body).is_ok()), "{template}: {body:?}");
    }
}

#[test]
fn a_template_that_starts_with_markup_is_literal() {
    assert_eq!(xml(" \n<?xml version=\"1.0\"?>\n<a/>"), "<?xml version=\"1.0\"?>\n<a/>");
    assert_eq!(xml("{# note #}\n{% set n = payload.user.id %}\n<a>{{ n }}</a>"), "<a>7</a>");
    let converted = xml("{\"n\": {{ payload.zero }}}");
    assert!(
        converted.ends_with("<webhook type=\"object\"><n type=\"number\">-0</n></webhook>"),
        "{converted}"
    );
}

#[test]
fn malformed_results_are_pointed_out_in_the_template() {
    assert_eq!(
        refused("<a>\n  {{ payload.name }}{{ payload.name }}<b></a>", Format::Xml),
        (2, 42, "The result is not well-formed XML: </a> stands where </b> is expected.".into())
    );
    assert_eq!(refused("<a>{{ payload.name|safe }}</a>", Format::Xml).1, 4);
    assert_eq!(refused("  <a b=\"1\" b=\"2\"/>", Format::Xml).1, 12);
    assert_eq!(refused("<a>&nbsp;</a>", Format::Xml).1, 4);
}

#[test]
fn soap_and_rss_work() {
    let template = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\">\n \
        <soap:Body>{% for item in payload.items %}<line sku=\"{{ item.sku }}\"><price>{{ item.price }}</price></line>{% endfor %}</soap:Body>\n</soap:Envelope>";
    let body = render(template, &event(), Format::Xml).expect("a body");
    assert!(body.contains("<line sku=\"b\"><price>10.5</price></line><line sku=\"a\">"));
}
