namespace LibMoE.Runtime.Tests.Data.Jinja;

/// <summary>Small templates: blocks, blanks around them, and what is wrong.</summary>
internal static class JinjaPrograms
{
    /// <summary>¦ and line ends stand between them; ⏎, ␍ and ␉ are a line end, a carriage return and a tab.</summary>
    private const string Text = """
        a⏎¦a⏎⏎¦⏎¦¦{{ a }}⏎¦{{ a }}⏎b¦{% if t %}⏎x⏎{% endif %}⏎y¦  {% if t %}  ⏎  x⏎  {% endif %}  ⏎y¦  {{ a }}  ⏎
        {%- if t -%}  x  {%- endif -%}  y¦a  {%- if t %} x {% endif +%}⏎b¦a⏎  {%+ if t %}x{% endif %}¦a {# note #} b¦a⏎  {# note #}⏎b
        a {#- note -#} b¦{# {{ a }} {% nothing %} #}x¦{% raw %}{{ a }}{% if %}{% endraw %}¦a {%- raw -%}  {{ x }}  {%- endraw -%} b
          {% raw %}⏎ x {% endraw %}⏎y¦a }} b %} c #}¦{ { a } }¦{{ {'a': {'b': 1}}['a']['b'] }}¦{{ {'a': 1}}}¦a␍⏎b␍{{ 1 }}␍⏎
        ␉{% if t %}␉x{% endif %}¦x{% if t %}⏎⏎y{% endif %}¦{% set x = 1 %}{{ x }}¦{% set x, y = 1, 2 %}{{ x }}{{ y }}
        {% set x = 1, 2 %}{{ x }}¦{% set (x, y) = [1, 2] %}{{ y }}¦{% set x %}a{{ i }}b{% endset %}{{ x | upper }}
        {% set x | upper %}abc{% endset %}{{ x }}¦{% set x | replace('a', 'b') | upper %}abc{% endset %}{{ x }}
        {% filter upper %}abc{{ a }}{% endfilter %}¦{% filter replace('a', 'b') | trim %} abc {% endfilter %}
        {% with x = 1, y = 2 %}{{ x + y }}{% endwith %}{{ x }}¦{% with %}{% set q = 1 %}{% endwith %}{{ q is defined }}
        {% for x in list %}{{ x }}{% endfor %}¦{% for x in [] %}{{ x }}{% else %}none{% endfor %}
        {% for x in missing %}{{ x }}{% else %}none{% endfor %}¦{% for c in a %}{{ c }}.{% endfor %}
        {% for k in map %}{{ k }},{% endfor %}¦{% for k, v in map.items() %}{{ k }}={{ v }};{% endfor %}
        {% for k, v in map | dictsort %}{{ k }};{% endfor %}¦{% for a, b in [[1, 2], [3, 4]] %}{{ a + b }},{% endfor %}
        {% for x in list if x > 1 %}{{ loop.index }}{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.index0 }};{% endfor %}
        {% for x in list %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }}{{ loop.nextitem is defined }};{% endfor %}
        {% for x in list %}{{ loop.cycle('a', 'b') }}{% endfor %}
        {% for x in list %}{% if x == 1 %}{% continue %}{% endif %}{{ x }}{% endfor %}
        {% for x in list %}{% if x == 1 %}{% break %}{% endif %}{{ x }}{% endfor %}
        {% for x in list %}{% for y in list %}{% if y == 1 %}{% break %}{% endif %}{{ x }}{{ y }} {% endfor %}{{ loop.index }}{% endfor %}
        {% for x in list %}{% break %}{% else %}e{% endfor %}|
        {% for x in list %}{% if x < 3 %}{% continue %}{% endif %}{% else %}e{% endfor %}|
        {% set x = 1 %}{% for y in list %}{% set x = x + y %}{{ x }},{% endfor %}{{ x }}
        {% set ns = namespace(x=1) %}{% for y in list %}{% set ns.x = ns.x + y %}{% endfor %}{{ ns.x }}
        {% for x in list %}{% endfor %}{{ x is defined }}¦{% if f %}a{% elif i == 7 %}b{% else %}c{% endif %}
        {% if f %}a{% elif f %}b{% else %}c{% endif %}¦{% if n %}a{% endif %}b¦{% if t %}{% set z = 5 %}{% endif %}{{ z }}
        {% for x in 1, 2 %}{{ x }}{% endfor %}¦{% for x in list[1:] + [9] %}{{ x }}{% endfor %}
        {% for x in (list if t else []) %}{{ x }}{% endfor %}
        {% macro m(a, b='x') %}[{{ a }}{{ b }}]{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(b=3, a=4) }}{{ m() }}
        {% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(5) }}
        {% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(4) }}
        {% set x = 1 %}{% macro m() %}{{ x }}{% endmacro %}{% set x = 2 %}{{ m() }}
        {% for i in list %}{{ m() }}{% endfor %}{% macro m() %}x{% endmacro %}
        {% macro m() %}{{ i }}{% endmacro %}{% for i in list %}{{ m() }}{% endfor %}
        {% macro m(x) -%}⏎  {{ x }}⏎{%- endmacro %}{{ m('y') | upper }}¦{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}
        {% macro m(a) %}{% endmacro %}{{ m(q=2) }}¦{% set x = [] %}{% for y in list %}{% set x = x + [y] %}{% endfor %}{{ x }}
        {% set g = list | map('string') %}{{ g | join }}|{{ g | join }}
        {% set loop = 5 %}{{ loop }}{% for x in [1] %}{{ loop.index }}{% endfor %}{{ loop }}
        {% generation %}a{{ i }}{% endgeneration %}b{% generation %}{% endgeneration %}
        {% for p in people %}{{ p.name }}: {% generation %}{{ p.age }}!{% endgeneration %};{% endfor %}
        {% generation %}{% set q = 1 %}{% endgeneration %}{{ q is defined }}
        {% set x %}a{% generation %}b{% endgeneration %}{% endset %}{{ x }}{{ x }}¦{{ '{%' }}{{ '}}' }}¦{{ "{{ a }}" }}
        {% if 'a' in a %}{% endif %}x¦{% if not missing %}x{% endif %}¦{% if missing is defined and missing.x %}{% else %}y{% endif %}
        {% if missing.x %}{% endif %}¦{% set ns = namespace() %}{{ ns.q is defined }}{% set ns.q = 1 %}{{ ns.q }}{{ ns['q'] }}
        {% set map.x = 1 %}¦{% set q.x = 1 %}¦{% for a, b in list %}{% endfor %}¦{% for x in 5 %}{% endfor %}¦{% set a, b = [1] %}
        {% if %}{% endif %}¦{% endif %}¦{% if t %}¦{% for x list %}{% endfor %}¦{{ }}¦{{ a¦{% if t¦{# a¦{{ a b }}¦{{ 'a }}¦{{ (1 }}
        {{ [1, }}¦{{ a. }}¦{{ a | }}¦{{ a is }}¦{% raw %}x¦{% set %}¦{% set x = %}¦{{ a(1, b=2, 3) }}¦{% include 'x' %}
        {% import 'x' as y %}¦{% extends 'x' %}¦{% do list %}¦{% nosuch %}¦{% break %}¦{% continue %}¦{{ 1 if }}¦{{ not }}¦{{ a ! b }}
        {{ a; b }}¦{% else %}¦{% for x in list %}{% elif %}{% endfor %}¦{% macro %}{% endmacro %}¦{% if t %}{% endfor %}
        {{ a }} {%- set x = a -%} {{ x }} {% set y = x %} {{- y }}¦{% if t -%}⏎⏎ a⏎{%- endif %}⏎⏎b
        {%- for x in list %}⏎    {{- x }}⏎{%- endfor %}⏎¦x⏎{%- if t %}⏎⏎{%- endif %}⏎y⏎¦{{- a -}}⏎ b¦{{ a -}}⏎⏎{{- a }}¦a{{ '⏎' -}}  b
        """;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Text.Split('\n', '¦').Select(one => one.Replace('⏎', '\n').Replace('␍', '\r').Replace('␉', '\t')),
    ];
}
