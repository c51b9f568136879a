//! Errors name the place and what is wrong, in a sentence.

use super::refused;
use crate::webhook::Format;

#[test]
fn errors_say_where_and_what() {
    for (template, line, column, message) in [
        (
            "{\"é\": {{ payload. }}}",
            1,
            19,
            "Unexpected end of variable block, expected identifier or integer.",
        ),
        ("{{ a }}\n{% if x %}", 2, 9, "Unexpected end of input, expected end of block."),
        ("{% macro m() %}{% endmacro %}", 1, 4, "{% macro %} is not available in body templates."),
        ("{% include 'x' %}", 1, 4, "{% include %} is not available in body templates."),
        ("{% nonsense %}", 1, 4, "{% nonsense %} is unknown."),
        (
            "{% autoescape false %}{% endautoescape %}",
            1,
            4,
            "{% autoescape %} is not available in body templates.",
        ),
        ("[\n1,\n{{ payload.text|uper }}]", 3, 17, "“|uper” is not a filter of body templates."),
        ("{{ payload.x|uper }}", 1, 14, "“|uper” is not a filter of body templates."),
        ("{{ 1 is prime }}", 1, 9, "“is prime” is not a test of body templates."),
        ("{{ now() }}", 1, 4, "There is no function now()."),
        (
            "{{ payload.text.upper() }}",
            1,
            16,
            "There is no function upper() on values: use a filter, “value|upper”.",
        ),
        ("{{ 1 / 0 }}", 1, 4, "This divides by zero."),
        ("{{ 'a' - 1 }}", 1, 4, "A text and a number can't be calculated with."),
        ("{{ 1e308 * 10 }}", 1, 4, "The result is not a number."),
        ("{% for x in 5 %}{% endfor %}", 1, 13, "There is nothing to go through in a number."),
        ("{% set a, b = [1] %}", 1, 8, "2 names stand here for 1 values."),
        ("{{ 'x'|int }}", 1, 8, "This is not a number: |int(0) would give 0 for it."),
        ("{{ range(10001) }}", 1, 4, "range() gives 10000 numbers at most."),
        ("{{ namespace(a=1) }}", 1, 1, "A namespace has no text: write one of its members."),
        ("{{ loop.x }}{% for i in [1] %}{{ loop.indx }}{% endfor %}", 1, 34, "loop.indx is unknown."),
        ("{{ 'a'|replace('a') }}", 1, 8, "“to” is missing in the brackets."),
        ("{{ 'a'|upper(1) }}", 1, 8, "Nothing may stand in the brackets here."),
        ("{{ 'a'|trim(x=1) }}", 1, 8, "“x” is unknown here."),
    ] {
        assert_eq!(refused(template, Format::Json), (line, column, message.to_owned()), "{template}");
    }
}
