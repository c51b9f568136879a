//! The documented edge cases byte for byte, and every document there and back.

use super::{
    Json, MAX_BODY_BYTES, testing, well_formed,
    xml_decode::decode,
    xml_encode::{EncodeError, encode, encode_indented},
};
use proptest::prelude::*;

fn value(json: &str) -> Json {
    Json::parse(json).expect(json)
}

/// The document without its declaration.
fn xml(json: &str) -> String {
    let document = encode(&value(json)).expect(json);
    document.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").expect("a declaration").to_owned()
}

fn member(json: &str) -> String {
    let document = xml(json);
    let inside = document.strip_prefix("<webhook type=\"object\">").expect(json);
    inside.strip_suffix("</webhook>").expect(json).to_owned()
}

#[test]
fn documented_edge_cases() {
    assert_eq!(
        xml(r#"{"first name":"x"}"#),
        r#"<webhook type="object"><entry key="first name">x</entry></webhook>"#
    );
    assert_eq!(
        xml(r#"{"2nd":1}"#),
        r#"<webhook type="object"><entry key="2nd" type="number">1</entry></webhook>"#
    );
    assert_eq!(xml(r#"{"":""}"#), r#"<webhook type="object"><entry key=""/></webhook>"#);
    assert_eq!(
        xml(r#"{"a\u0001b":"c\u0000d\\e"}"#),
        r#"<webhook type="object"><entry key="a\u0001b" escaped-key="true" escaped="true">c\u0000d\\e</entry></webhook>"#
    );
    assert_eq!(
        xml(r#"{"xmlns":"n","XML":1,"key":2,"type":"t"}"#),
        r#"<webhook type="object"><entry key="xmlns">n</entry><entry key="XML" type="number">1</entry><key type="number">2</key><type>t</type></webhook>"#
    );
    assert_eq!(
        xml(r#"{"émile":"é","a:b":1}"#),
        r#"<webhook type="object"><entry key="émile">é</entry><entry key="a:b" type="number">1</entry></webhook>"#
    );
    assert_eq!(
        xml(r#"{"s":"","o":{},"a":[],"n":null,"t":true}"#),
        r#"<webhook type="object"><s/><o type="object"/><a type="array"/><n type="null"/><t type="boolean">true</t></webhook>"#
    );
    assert_eq!(
        xml(r#"{"n":12345678901234567890123,"d":1.10,"e":1e400,"z":-0}"#),
        r#"<webhook type="object"><n type="number">12345678901234567890123</n><d type="number">1.10</d><e type="number">1e400</e><z type="number">-0</z></webhook>"#
    );
    assert_eq!(
        xml(r#"[[],[[1,null],{}],"",{"item":[""]}]"#),
        r#"<webhook type="array"><item type="array"/><item type="array"><item type="array"><item type="number">1</item><item type="null"/></item><item type="object"/></item><item/><item type="object"><item type="array"><item/></item></item></webhook>"#
    );
    assert_eq!(
        xml(r#"{"w":"  ","q":"<&>\"' ]]>"}"#),
        r#"<webhook type="object"><w xml:space="preserve">  </w><q>&lt;&amp;&gt;"' ]]&gt;</q></webhook>"#
    );
    assert_eq!(member(r#"{"nl":"a\nb\r\nc"}"#), "<nl>a\nb&#13;\nc</nl>");
    assert_eq!(
        member("{\"k\\t\\\"<&\\n\":1}"),
        "<entry key=\"k&#9;&quot;&lt;&amp;&#10;\" type=\"number\">1</entry>"
    );
    assert_eq!(
        member(r#"{"u":"\ufffe\uffff\u0085\ud83d\ude00"}"#),
        r#"<u escaped="true">\ufffe\uffff&#x85;😀</u>"#
    );
    assert_eq!(member(r#"{"p":"C:\\temp"}"#), r"<p>C:\temp</p>");
    assert_eq!(xml(r#""just a string""#), r#"<webhook type="string">just a string</webhook>"#);
    assert_eq!(xml("null"), r#"<webhook type="null"/>"#);
    assert_eq!(xml("-1.5e-7"), r#"<webhook type="number">-1.5e-7</webhook>"#);
    assert_eq!(xml("\"\""), r#"<webhook type="string"/>"#);
}

#[test]
fn names_of_128_characters_are_elements() {
    let name = "n".repeat(128);
    assert_eq!(member(&format!("{{\"{name}\":true}}")), format!("<{name} type=\"boolean\">true</{name}>"));
    assert!(member(&format!("{{\"{name}n\":true}}")).starts_with("<entry key="));
    assert!(member(r#"{"it's":1}"#).starts_with("<entry key=\"it's\""));
}

#[test]
fn indentation_is_for_people() {
    let document = encode_indented(&value(r#"{"id":"1","list":[1,{}],"none":[]}"#)).expect("small");
    let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<webhook type=\"object\">\n  <id>1</id>\n  \
        <list type=\"array\">\n    <item type=\"number\">1</item>\n    <item type=\"object\"/>\n  </list>\n  \
        <none type=\"array\"/>\n</webhook>";
    assert_eq!(document, expected);
}

#[test]
fn size_and_depth_have_limits() {
    let items = vec!["1"; MAX_BODY_BYTES / 20].join(",");
    assert_eq!(encode(&value(&format!("[{items}]"))), Err(EncodeError::TooLarge));
    let nested = |levels: usize| (0..levels).fold(Json::Null, |inner, _| Json::Array(vec![inner]));
    let deepest = nested(129);
    assert_eq!(decode(&encode(&deepest).expect("a payload in its envelope")).as_ref(), Ok(&deepest));
    assert_eq!(encode(&nested(130)), Err(EncodeError::TooDeep));
}

#[test]
fn only_the_encoders_form_is_decoded() {
    for text in [
        "<hook/>",
        "<webhook type=\"int\">1</webhook>",
        "<webhook type=\"number\"> 1</webhook>",
        "<webhook type=\"number\">01</webhook>",
        "<webhook type=\"boolean\">yes</webhook>",
        "<webhook type=\"null\">x</webhook>",
        "<webhook><a/></webhook>",
        "<webhook type=\"object\"><a/><a/></webhook>",
        "<webhook type=\"object\"><a/><entry key=\"a\"/></webhook>",
        "<webhook type=\"object\">x</webhook>",
        "<webhook type=\"array\"><a/></webhook>",
        "<webhook type=\"array\"><item key=\"k\"/></webhook>",
        "<webhook escaped=\"no\"/>",
        "<webhook color=\"red\"/>",
        "<webhook escaped=\"true\">\\x</webhook>",
        "<webhook escaped=\"true\">\\ud800</webhook>",
        "<webhook escaped=\"true\">\\u+041</webhook>",
        "<webhook/><webhook/>",
        "<webhook>",
        "",
    ] {
        assert!(decode(text).is_err(), "{text}");
    }
    let lenient = "<?xml version=\"1.0\"?><!-- c --><webhook type='object' >\n<a><![CDATA[<x>]]>&#65;</a ><b type=\"null\"></b>\n</webhook>\n";
    assert_eq!(decode(lenient), Ok(value(r#"{"a":"<x>A","b":null}"#)));
}

#[test]
fn well_formed_documents() {
    for text in [
        "<a/>",
        "<a></a>",
        "<a b='1' c=\"2\"/>",
        "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<a/>",
        "<a>&amp;&lt;&gt;&quot;&apos;&#169;&#xA9;</a>",
        "<é:ü xmlns:é='u'/>",
        "<a><!-- - --><?php echo ?><b/>text</a> \n",
        "<!DOCTYPE cXML SYSTEM \"http://xml.cxml.org/schemas/cXML/1.2/cXML.dtd\"><cXML/>",
        "<a><![CDATA[<&]] >]]></a>",
        "\n<a/>",
    ] {
        assert_eq!(well_formed(text), Ok(()), "{text}");
    }
}

#[test]
fn malformed_documents_say_where() {
    let place = |text: &str| {
        let error = well_formed(text).expect_err(text);
        (error.line, error.column)
    };
    assert_eq!(place("<a>\n  <b>é</c>\n</a>"), (2, 7));
    assert_eq!(place("<a>é & b</a>"), (1, 6));
    assert_eq!(place("<a>\u{1}</a>"), (1, 4));
    for text in [
        "",
        "text",
        "<a",
        "<a>",
        "<a></b>",
        "</a>",
        "<a/><b/>",
        "<a/>x",
        "<a b/>",
        "<a b=c/>",
        "<a b='1' b='2'/>",
        "<a b='<'/>",
        "<a b='1'c='2'/>",
        "<1a/>",
        "< a/>",
        "<a>&nbsp;</a>",
        "<a>&#0;</a>",
        "<a>&#xD800;</a>",
        "<a>&#x110000;</a>",
        "<a>]]></a>",
        "<a><!-- -- --></a>",
        "<a><!-- ---></a>",
        "<a><!-- </a>",
        "<a><![CDATA[</a>",
        "<![CDATA[x]]><a/>",
        " <?xml version=\"1.0\"?><a/>",
        "<?xml version=\"1.1\"?><a/>",
        "<?xml encoding=\"UTF-8\"?><a/>",
        "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a/>",
        "<a><?xml version=\"1.0\"?></a>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        "<a/><!DOCTYPE a>",
        "<!DOCTYPE><a/>",
        "<a>&amp</a>",
        "<a>&;</a>",
        "<a b='&x;'/>",
        "<a/ >",
    ] {
        assert!(well_formed(text).is_err(), "{text}");
    }
    assert!(well_formed(&"<a>".repeat(1_000_000)).is_err());
}

#[test]
fn the_topics_samples_come_back() {
    for topic in crate::catalog::all().iter().flat_map(|catalog| &catalog.topics) {
        let sample = value(&topic.sample);
        assert_eq!(decode(&encode(&sample).expect("small")).as_ref(), Ok(&sample), "{}", topic.key);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn every_document_comes_back(value in testing::json()) {
        for document in [encode(&value), encode_indented(&value)] {
            let document = document.expect("small");
            prop_assert_eq!(well_formed(&document), Ok(()));
            let read = decode(&document);
            prop_assert_eq!(read.as_ref(), Ok(&value), "{}", document);
        }
    }

    #[test]
    fn no_text_makes_the_reader_fall(text in testing::hostile()) {
        let _ = well_formed(&text);
        let _ = decode(&format!("<webhook>{text}</webhook>"));
    }
}
