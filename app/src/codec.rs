//! How server functions read plain HTML forms: every name and value in order, repeated names kept.

use crate::pairs::Pairs;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType, codec::Post};
use std::convert::Infallible;

/// The input of a server function that a form with `method="post"` calls; it takes one [`Pairs`].
pub type HtmlForm = Post<FormCodec>;

/// Reads and writes `a=1&b=2`.
#[derive(Debug)]
pub enum FormCodec {}

impl ContentType for FormCodec {
    const CONTENT_TYPE: &'static str = "application/x-www-form-urlencoded";
}

impl FormatType for FormCodec {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Clone + Into<Pairs>> Encodes<T> for FormCodec {
    type Error = Infallible;

    fn encode(input: &T) -> Result<Bytes, Infallible> {
        Ok(input.clone().into().encode().into())
    }
}

impl<T: From<Pairs>> Decodes<T> for FormCodec {
    type Error = Infallible;

    /// What is not UTF-8 is replaced, as in the parts that are percent-encoded: no browser sends it, and
    /// each field says what is wrong with it.
    fn decode(bytes: Bytes) -> Result<T, Infallible> {
        Ok(Pairs::parse(&String::from_utf8_lossy(&bytes)).into())
    }
}
