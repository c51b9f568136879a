//! Every JSON has an XML that another parser takes and that reads back as it was; and what is taken for XML, that other
//! parser takes, too.
#![no_main]

use domain::format::{Json, well_formed, xml_decode, xml_encode};
use libfuzzer_sys::fuzz_target;
use roxmltree::Document;

fuzz_target!(|text: &str| {
    if let Ok(value) = Json::parse(text)
        && let Ok(xml) = xml_encode::encode(&value)
    {
        assert_eq!(xml_decode::decode(&xml).as_ref(), Ok(&value), "{xml}");
        let parsed = Document::parse(&xml);
        assert!(parsed.is_ok(), "{parsed:?} of {xml}");
        if let Ok(indented) = xml_encode::encode_indented(&value) {
            assert_eq!(xml_decode::decode(&indented).as_ref(), Ok(&value), "{indented}");
        }
    }
    // It reads namespaces as well, of which XML 1.0 knows nothing.
    if !text.contains(':') && well_formed(text).is_ok() {
        let parsed = Document::parse(text);
        assert!(parsed.is_ok(), "{parsed:?} of {text}");
    }
    if let Ok(value) = xml_decode::decode(text)
        && let Ok(xml) = xml_encode::encode(&value)
    {
        assert_eq!(xml_decode::decode(&xml), Ok(value));
    }
});
