//! Statements, operators, filters and tests.

use super::{json, value};

#[test]
fn operators() {
    for (expression, expected) in [
        ("1 + 2 * 3", "7"),
        ("7 / 2", "3.5"),
        ("6 / 2", "3.0"),
        ("-7 // 2", "-4"),
        ("-7 % 3", "2"),
        ("2 ** 10", "1024"),
        ("2 ** -1", "0.5"),
        ("payload.price * 2", "2.2"),
        ("payload.user_id + 1", "12345678901234567890124"),
        ("payload.items[0].price * payload.items[0].qty", "21.0"),
        ("'a' ~ 1.50 ~ true ~ none ~ payload.x", "\"a1.50true\""),
        ("'a' + 'b'", "\"ab\""),
        ("[1] + [2, 'x']", "[1,2,\"x\"]"),
        ("'ab' * 3", "\"ababab\""),
        ("payload.price == 1.1", "true"),
        ("payload.price > 1", "true"),
        ("payload.user_id > 12345678901234567890122", "true"),
        ("payload.items[1].price == payload.items[2].price", "true"),
        ("'a' < 'b'", "true"),
        ("1 < 2 < 3", "true"),
        ("1 < 3 < 2", "false"),
        ("payload.x > 1", "false"),
        ("payload.x < 1", "false"),
        ("payload.x == none", "true"),
        ("1 == '1'", "false"),
        ("'two' in payload.text", "true"),
        ("3 in [1, 3.0]", "true"),
        ("'id' in payload.user", "true"),
        ("4 not in [1]", "true"),
        ("'x' in payload.x", "false"),
        ("payload.empty or 'none'", "\"none\""),
        ("payload.user and 1", "1"),
        ("not payload.zero", "true"),
        ("1 if payload.yes else 2", "1"),
        ("1 if payload.x", "null"),
        ("[1, [2], {'a': payload.price, 2: 'x'}]", "[1,[2],{\"a\":1.10,\"2\":\"x\"}]"),
        ("(1, 2)", "[1,2]"),
        ("1.50", "1.50"),
        ("1_000", "1000"),
        ("-1.10", "-1.1"),
        ("payload.text[0:3]", "\"one\""),
        ("payload.text[-5:]", "\"three\""),
        ("payload.items[1:][0].sku", "\"a\""),
        ("payload.items[-1].sku", "\"c\""),
        ("payload.text[9:2]", "\"\""),
        ("{'a': 1, 'a': 2}", "{\"a\":2}"),
        ("dict(a=1)", "{\"a\":1}"),
        ("range(3)", "[0,1,2]"),
        ("range(5, 0, -2)", "[5,3,1]"),
        ("range(2, 2)", "[]"),
        ("range(10000)|length", "10000"),
        ("range(5, 2)", "[]"),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn filters() {
    for (expression, expected) in [
        ("'äb c'|upper", "\"ÄB C\""),
        ("'ÄB'|lower", "\"äb\""),
        ("'one TWO'|capitalize", "\"One two\""),
        ("'one two-three'|title", "\"One Two-Three\""),
        ("' a '|trim", "\"a\""),
        ("'xaxx'|trim('x')", "\"a\""),
        ("'aXbX'|replace('X', '--')", "\"a--b--\""),
        ("'a,b'|split(',')", "[\"a\",\"b\"]"),
        ("' a  b '|split", "[\"a\",\"b\"]"),
        ("'a,b,c'|split(',', 1)", "[\"a\",\"b,c\"]"),
        ("'a\\nb'|lines", "[\"a\",\"b\"]"),
        ("'a\\nb'|indent(2)", "\"a\\n  b\""),
        ("'a b/ü'|urlencode", "\"a%20b/%C3%BC\""),
        ("'%.2f|%5d|%-4s|%05d|%%'|format(1.005, 42, 'ab', -7)", "\"1.00|   42|ab  |-0007|%\""),
        ("'%.2f'|format(payload.items[0].price)", "\"10.50\""),
        ("'%s'|format(payload.price)", "\"1.10\""),
        ("payload.x|default('d')", "\"d\""),
        ("payload.none|default('d')", "null"),
        ("payload.none|default('d', true)", "\"d\""),
        ("payload.yes|d('d')", "true"),
        ("payload.x|default", "\"\""),
        ("1.5|string", "\"1.5\""),
        ("''|bool", "false"),
        ("payload.user|attr('id')", "7"),
        ("'42'|int", "42"),
        ("'x'|int(0)", "0"),
        ("3.9|int", "3"),
        ("'3.5'|float", "3.5"),
        ("payload.x|int", "0"),
        ("-3|abs", "3"),
        ("-3.5|abs", "3.5"),
        ("2.345|round(2)", "2.35"),
        ("10.5|round", "10.0"),
        ("2.31|round(1, 'ceil')", "2.4"),
        ("2.39|round(1, method='floor')", "2.3"),
        ("7|round(2)", "7"),
        ("payload.text|length", "13"),
        ("payload.items|count", "3"),
        ("payload.x|length", "0"),
        ("payload.items|first|attr('sku')", "\"b\""),
        ("[]|last", "null"),
        ("[3, 1, 2]|sort", "[1,2,3]"),
        ("['b', 'A', 1, none]|sort", "[null,1,\"A\",\"b\"]"),
        ("[1, 2]|reverse", "[2,1]"),
        ("'abc'|reverse", "\"cba\""),
        ("payload.items|sort(attribute='sku')|map(attribute='sku')|join(',')", "\"a,b,c\""),
        (
            "payload.items|sort(attribute='price', reverse=true)|map(attribute='sku')|list",
            "[\"b\",\"c\",\"a\"]",
        ),
        ("payload.items|join('-', attribute='sku')", "\"b-a-c\""),
        ("[1, 'a', none]|join", "\"1a\""),
        ("payload.items|sum(attribute='qty')", "7"),
        ("[1.5, 1]|sum", "2.5"),
        ("[2, 1, 3]|min", "1"),
        ("payload.items|max(attribute='qty')|attr('sku')", "\"c\""),
        ("[1, 1.0, 2]|unique", "[1,1.0,2]"),
        ("['a', 'A']|unique", "[\"a\"]"),
        ("payload.user.role|items", "[[\"name\",\"Student\"]]"),
        ("{'b': 1, 'a': 2}|dictsort", "[[\"a\",2],[\"b\",1]]"),
        ("{'b': 1, 'a': 2}|dictsort(by='value')", "[[\"b\",1],[\"a\",2]]"),
        ("[1, 2, 3]|batch(2)", "[[1,2],[3]]"),
        ("[0, 1, '']|select", "[1]"),
        ("[1, 2, 3]|select('odd')", "[1,3]"),
        ("[1, 2, 3]|reject('gt', 1)", "[1]"),
        ("payload.items|selectattr('qty', 'ge', 2)|map(attribute='sku')", "[\"b\",\"c\"]"),
        ("payload.items|rejectattr('tags')|map(attribute='sku')", "[\"a\"]"),
        ("['a', 'b']|map('upper')", "[\"A\",\"B\"]"),
        ("payload.items|map(attribute='x', default=0)", "[0,0,0]"),
        ("payload.items|map(attribute='tags.0')", "[\"x\",null,\"z\"]"),
        (
            "[{'k': 1, 'v': 'a'}, {'k': 2, 'v': 'b'}, {'k': 1, 'v': 'c'}]|groupby('k')|map('last')|map('length')",
            "[2,1]",
        ),
        ("'<a>'|e", "\"<a>\""),
    ] {
        assert_eq!(value(expression), expected, "{expression}");
    }
}

#[test]
fn tests() {
    for yes in [
        "payload.yes is defined",
        "payload.none is defined",
        "payload.x is undefined",
        "payload.x is not defined",
        "payload.none is none",
        "payload.yes is true",
        "not payload.yes is false",
        "payload.yes is boolean",
        "payload.price is number",
        "payload.user_id is integer",
        "payload.price is float",
        "payload.text is string",
        "payload.items is sequence",
        "payload.user is mapping",
        "payload.text is iterable",
        "3 is odd",
        "4 is even",
        "9 is divisibleby 3",
        "1 is eq 1.0",
        "1 is ne 2",
        "1 is lt 2",
        "2 is ge 2",
        "1 is in [1]",
        "payload.text is startingwith 'one'",
        "payload.text is endingwith('three')",
        "'ab' is lower",
        "'AB' is upper",
    ] {
        assert_eq!(value(yes), "true", "{yes}");
    }
}

#[test]
fn statements() {
    for (template, expected) in [
        (
            "{% if payload.x %}1{% elif payload.price > 2 %}2{% elif payload.yes %}3{% else %}4{% endif %}",
            "3",
        ),
        ("{% set a = payload.price %}{% set b, c = [1, 2] %}[{{ a }},{{ b }},{{ c }}]", "[1.10,1,2]"),
        (
            "{% set who %}{{ payload['first name'] }} \"{{ payload.user.id }}\"{% endset %}[{{ who }},\"{{ who|upper }}\",{{ who == 'Ann \"7\"' }}]",
            "[\"Ann \\\"7\\\"\",\"ANN \\\"7\\\"\",true]",
        ),
        ("{% with a = 1, b = a + 1 %}[{{ a }},{{ b }}]{% endwith %}", "[1,2]"),
        (
            "[{% for i in payload.items if i.qty > 1 %}{{ i.sku }}{% if not loop.last %},{% endif %}{% endfor %}]",
            "[\"b\",\"c\"]",
        ),
        ("[{% for k, v in payload.user.role|items %}{{ k }},{{ v }}{% endfor %}]", "[\"name\",\"Student\"]"),
        (
            "[{% for name in payload.user %}{{ name }}{% if not loop.last %},{% endif %}{% endfor %}]",
            "[\"id\",\"role\"]",
        ),
        ("{% for i in payload.x %}1{% else %}\"none\"{% endfor %}", "\"none\""),
        (
            "{% for i in [7] %}[{{ loop.index }},{{ loop.index0 }},{{ loop.revindex }},{{ loop.revindex0 }},{{ loop.length }},{{ loop.first }},{{ loop.last }},{{ loop.previtem }},{{ loop.nextitem }}]{% endfor %}",
            "[1,0,1,0,1,true,true,null,null]",
        ),
        (
            "[{% for i in range(3) %}{{ loop.cycle('a', 'b') }}{% if not loop.last %},{% endif %}{% endfor %}]",
            "[\"a\",\"b\",\"a\"]",
        ),
        (
            "[{% for i in payload.items %}{% for t in i.tags %}\"{{ i.sku }}{{ t }}\",{% endfor %}{% endfor %}0]",
            "[\"bx\",\"by\",\"cz\",0]",
        ),
        (
            "{% set ns = namespace(total=0, n=0) %}{% for i in payload.items %}{% set ns.total = ns.total + i.price * i.qty %}{% set ns.n = ns.n + 1 %}{% endfor %}[{{ ns.total }},{{ ns.n }}]",
            "[36.0,3]",
        ),
        ("{% set x = 1 %}{% for i in [1, 2] %}{% set x = x + i %}{% endfor %}{{ x }}", "1"),
        ("{# comment #}{% raw %}\"{{ raw }}\"{% endraw %}", "\"{{ raw }}\""),
        ("{% if true %}{% set x = 5 %}{% endif %}{{ x }}", "5"),
    ] {
        assert_eq!(json(template), expected, "{template}");
    }
}
