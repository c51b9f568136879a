//! Names of elements that links, labels and the browser tests rely on.

/// The main content; the skip link goes there.
pub const MAIN: &str = "main";
/// The list of errors over a form that came back.
pub const FORM_ERRORS: &str = "form-errors";
/// The side navigation, which is a popover on narrow screens.
pub const NAVIGATION: &str = "navigation";
/// The region with the answer to a test send.
pub const TEST_RESULT: &str = "test-result";
/// The preview of the body in the form of a webhook.
pub const PREVIEW: &str = "preview";
