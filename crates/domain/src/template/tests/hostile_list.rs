//! Templates that can't be rendered, and must not take long to say so: 200 and more, also measured
//! (`cargo bench -p domain`).

/// `{{ a op a op a … }}`
pub(crate) fn chain(op: &str, times: usize) -> String {
    format!("{{{{ {} }}}}", vec!["a"; times].join(op))
}

/// All of them.
pub(crate) fn hostile() -> Vec<String> {
    [growth(), nesting(), filters(), operators(), statements(), calls(), results(), xml()].concat()
}

/// A list of what a loop in loops of 10,000 turns writes.
fn loops(levels: usize, inside: &str) -> String {
    let open: String = (0..levels).map(|n| format!("{{% for i{n} in range(10000) %}}")).collect();
    format!("[{open}{inside}{}0]", "{% endfor %}".repeat(levels))
}

/// What is small in the template and large when it is evaluated.
fn growth() -> Vec<String> {
    let doubling = |step: &str| format!("{{% set x = 'abcdefgh' %}}{}{{{{ x }}}}", step.repeat(60));
    let growing = |step: &str| {
        format!(
            "{{% set ns = namespace(x=['a']) %}}{{% for i in range(10000) %}}{step}{{% endfor %}}{{{{ ns.x }}}}"
        )
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
    ]
}

/// What is written deep or long, for the parser.
fn nesting() -> Vec<String> {
    vec![
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

/// Each filter of texts on a long one, and each of lists on a long one, again and again.
fn filters() -> Vec<String> {
    let on_texts =
        "upper lower capitalize title urlencode trim trim('b') string safe tojson split('b') split|length \
        lines|length list|length reverse replace('b','c') indent indent(1,true) format length"
            .split(" ");
    let on_lists =
        "list reverse sort sort(reverse=true) unique sum min max join batch(1) tojson map('string')|list \
        map('abs')|list select('odd')|list reject('odd')|list select('gt',5)|list groupby('a') string \
        sort(attribute='a') selectattr('a')|list rejectattr('a')|list unique(attribute='a')"
            .split(" ");
    let texts = on_texts.map(|filter| {
        format!("{{% set x = 'a' * 300000 %}}{}", loops(1, &format!("{{% if x|{filter} %}}{{% endif %}}")))
    });
    let lists = on_lists.map(|filter| {
        format!("{{% set x = range(10000) %}}{}", loops(1, &format!("{{% if x|{filter} %}}{{% endif %}}")))
    });
    texts.chain(lists).collect()
}

/// Each operator and test on what is long.
fn operators() -> Vec<String> {
    let texts =
        "x == y; x != y; x < y; x >= y; x in y; x not in y; (x ~ y); (x + y); (x * 2); x[::2]; x[::-1]; \
        x[1:299999]; x is startingwith(y); x is endingwith(y); x is lower; x is upper; x is eq(y); \
        x is in(y)"
            .split("; ");
    let lists =
        "x == y; x < y; (x + y); (x * 2); x[::2]; x[::-1]; -1 in x; [x, y] == [y, x]; {'a': x} == {'a': y}"
            .split("; ");
    let pair = |value: &str, expression: &str| {
        let turn = loops(1, &format!("{{% if {expression} %}}{{% endif %}}"));
        format!("{{% set x = {value} %}}{{% set y = {value} %}}{turn}")
    };
    // A number of 23 digits; the language reads none that long itself.
    let numbers = "+ - * / // % **".split(' ').map(|op| {
        let turn = loops(2, &format!("{{% if (x {op} x) %}}{{% endif %}}"));
        format!("{{% set x = payload.user_id %}}{turn}")
    });
    let texts = texts.map(|expression| pair("'a' * 300000", expression));
    let lists = lists.map(|expression| pair("range(10000)|list", expression));
    texts.chain(lists).chain(numbers).collect()
}

/// Statements that are cut off, left out of the language, or lead in a circle.
fn statements() -> Vec<String> {
    vec![
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
        "{% if".into(),
        "{% if a".into(),
        "{% if a %}".into(),
        "{% for".into(),
        "{% for a in".into(),
        "{% for a in a %}".into(),
        "{% set".into(),
        "{% set a =".into(),
        "{% set a %}".into(),
        "{{ a |".into(),
        "{{ a is".into(),
        "{{ a[".into(),
        "{{ a(".into(),
        "{{ {'a'".into(),
        "{{ \"\\u".into(),
        "{% endfor %}".into(),
        "{% else %}".into(),
        "{% endif %}{% endif %}".into(),
        "{% block x %}{% endblock %}".into(),
        "{% import 'x' as y %}".into(),
        "{% from 'x' import y %}".into(),
        "{% call f() %}{% endcall %}".into(),
        "{% filter upper %}a{% endfilter %}".into(),
        "{% autoescape false %}{% endautoescape %}".into(),
        "{% do f() %}".into(),
        "{% for a in [1] %}{% include a %}{% endfor %}".into(),
    ]
}

/// What leads out of the sandbox elsewhere.
fn calls() -> Vec<String> {
    [
        "''.__class__.__mro__[1].__subclasses__()",
        "payload.items.append(1)",
        "payload['__init__']['__globals__'].os.popen('id').read()",
        "payload|attr('__class__')()",
        "cycler.__init__.__globals__.os.system('id')",
        "lipsum(n=100000)",
        "debug()",
        "env('HOME')",
        "open('/etc/passwd')",
        "request.environ()",
        "super()",
        "loop(1)",
        "range()",
        "range(1, 2, 0)",
        "range('a')",
        "namespace(1)",
        "'a'.join(range(10000))",
        "'a'|map('map', 'map')|list",
        "payload|unknown",
        "payload is unknown",
        "payload|attr",
        "payload.items|sort(attribute=payload)",
        "'%d%d%d'|format(1)",
        "'%n'|format(1)",
        "1|round(precision='a')",
        "payload.items|batch(0)",
        "'a'|split('')",
        "'a'|replace('', 'b')",
        "1 // 0",
        "1 % 0",
        "1 / 0",
        "0 ** -1",
    ]
    .map(|call| format!("{{{{ {call} }}}}"))
    .into()
}

/// What can be rendered, and is no body in any format.
pub(crate) fn results() -> Vec<String> {
    vec![
        "[".repeat(30_000) + &"]".repeat(30_000),
        "{\"a\":".repeat(12_000) + "1" + &"}".repeat(12_000),
        "[".repeat(65_000),
        format!("{}1{}", "{{ '[' }}".repeat(3_000), "{{ ']' }}".repeat(3_000)),
        "{\"a\":1,\"a\":2".into(),
        "{\"a\":01}".into(),
        "\"\\u0000".into(),
        "1e".into(),
    ]
}

/// Literal XML that is not well-formed, or grows where it is read.
pub(crate) fn xml() -> Vec<String> {
    vec![
        "<a>".repeat(20_000),
        "</a>".repeat(10_000),
        format!("<a {}></a>", "b='1' ".repeat(9_000)),
        "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;&b;\">]><a>&c;</a>".into(),
        "<a>&b;</a>".into(),
        "<a>&#0;</a>".into(),
        "<a>&#xFFFFFFFFFFFFFFFF;</a>".into(),
        "<a><![CDATA[</a>".into(),
        "<a><!-- -- --></a>".into(),
        "<a><?xml version=\"1.0\"?></a>".into(),
        "<a:b/><c/>".into(),
        "<{{ payload.name }}/>".into(),
    ]
}
