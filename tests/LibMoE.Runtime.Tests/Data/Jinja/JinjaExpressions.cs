namespace LibMoE.Runtime.Tests.Data.Jinja;

/// <summary>Expressions of the language, each of which stands between the marks of a value.</summary>
internal static class JinjaExpressions
{
    /// <summary>¦ and line ends stand between them; ⏎, ␍ and ␉ are a line end, a carriage return and a tab.</summary>
    private const string Text = """
        1 + 2 * 3 ** 2¦(1 + 2) * 3¦7 // 2¦-7 // 2¦7 % 3¦-7 % 3¦7 / 2¦6 / 2¦2 ** -1¦2 ** 0.5¦1.5e3¦1_000¦-i¦- -i¦+r¦i + r¦t + 1¦'a' * 3
        3 * 'ab'¦[1, 2] + [3]¦[0] * 2¦'a' ~ 1 ~ none ~ true ~ 2.0 ~ [1, 'b']¦a + '!'¦1 < 2 < 3¦1 < 3 < 2¦1 == 1.0¦'1' == 1¦true == 1
        none == false¦[1] == [1.0]¦{'a': 1} == {'a': 1}¦'b' > 'a'¦[1, 2] < [1, 3]¦i >= 7 and r <= 2.5¦1 != 2¦not 1 == 2¦not not t
        e or 'x'¦a and 'x'¦n or f¦'x' if t¦'x' if f¦'x' if f else 'y'¦'x' if f else 'y' if f else 'z'¦'pp' in a¦'z' not in a¦2 in list
        'x' in map¦1 in map¦'q' in missing¦not 'x' in map¦a[0]¦a[-1]¦a[99]¦a[1:3]¦a[:-1]¦a[::-1]¦a[::2]¦a[5:1]¦a[-3:]¦a[10:2:-2]¦u[6]
        u[::-1]¦u[5:8]¦u | length¦list[0]¦list[-1]¦list[9]¦list[1:]¦list[::-1]¦list[-1:0:-1]¦list[:]¦map.x¦map['y'][1].z¦map.nothing
        map.items is callable¦map['items']¦deep.a.b.c.1¦deep.a.b.c[2]¦n.foo¦i.foo¦a.foo¦missing¦missing is defined¦map.q is defined
        map.x is defined and map.x¦missing is undefined¦n is none¦n is not none¦t is true¦i is true¦f is false¦t is boolean
        i is integer¦t is integer¦r is float¦r is number¦t is number¦a is string¦map is mapping¦list is mapping¦list is sequence
        a is sequence¦map is sequence¦i is sequence¦missing is sequence¦list is iterable¦i is iterable¦a is iterable¦range is callable
        i is odd¦i is even¦9 is divisibleby 3¦9 is divisibleby(2)¦i is eq 7¦i is equalto(7)¦i is ne 8¦i is lt 8¦i is gt 8¦i is ge 7
        1 is in list¦1 is sameas 1¦'a' is lower¦'A' is upper¦'1' is upper¦a is string and not a is none¦i is not string
        'a' if a is defined else 'no'¦a | upper¦a | lower¦'hELLO wORLD' | capitalize¦'hello-world (an) [x] <y> it\'s' | title
        'hello it\'s' .title()¦'  x ' | trim¦'xxaxx' | trim('x')¦'  x '.strip()¦'  x '.lstrip() ~ '.'¦'  x '.rstrip() ~ '.'
        'abcba'.strip('ab')¦a | length¦list | length¦map | length¦missing | length¦a | replace('p', 'q')¦a | replace('p', 'q', 1)
        a.replace('p', '')¦'aaa'.replace('a', 'b', 2)¦'ab'.replace('', '-')¦a.split()¦'a,b,,c'.split(',')¦'a,b,c'.split(',', 1)
        '  a b  c '.split(none, 1)¦'a b c'.split(' ', maxsplit=1)¦'a,b,c'.rsplit(',', 1)¦'a\nb\r\nc\n'.splitlines()
        'a=b=c'.partition('=')¦'a=b=c'.rpartition('=')¦'abc'.partition('=')¦a.startswith('App')¦a.startswith(('x', 'A'))
        a.endswith('pie')¦a.find('p')¦u.find('東')¦a.rfind('p')¦a.find('z')¦a.count('p')¦'-'.join(words)¦''.join(['x', 'y'])¦a.upper()
        a.lower()¦'abc'.capitalize()¦'12'.isdigit()¦''.isdigit()¦'ab'.isalpha()¦' '.isspace()¦'ab'.islower()¦'AB'.isupper()
        'abc'.removeprefix('a')¦'abc'.removesuffix('c')¦map.keys() | list¦map.values() | list¦map.items() | list¦map.get('x')
        map.get('q')¦map.get('q', 5)¦map.get('q') is none¦list.index(2)¦list.count(2)¦[1, 2, 2].count(2)¦words | join
        words | join(', ')¦people | join(', ', attribute='name')¦[1, none, true] | join('-')¦list | first¦list | last¦[] | first
        [] | first is defined¦a | first¦a | last¦list | sort¦list | sort(reverse=true)¦words | sort¦words | sort(case_sensitive=true)
        people | sort(attribute='age') | map(attribute='name') | list¦people | map(attribute='tags.k') | list
        words | map('upper') | list¦people | map(attribute='on', default='-') | join(',')¦words | unique | list
        words | unique(true) | join¦list | min¦list | max¦words | max¦people | max(attribute='age')¦list | sum
        people | sum(attribute='age')¦list | reverse | list¦a | reverse¦list | select('odd') | list¦list | reject('odd') | list
        list | select('gt', 1) | list¦[0, 1, ''] | select | list¦people | selectattr('on') | list | length
        people | selectattr('name', 'equalto', 'bob') | map(attribute='age') | first
        people | rejectattr('on', 'defined') | map(attribute='name') | list¦list | select('odd') is iterable
        'y' if [] | select('odd') else 'n'¦list | batch(2) | list¦list | batch(2, 0) | list¦map | items | list¦map | dictsort
        map | dictsort(true)¦map | dictsort(by='key', reverse=true)¦missing | default('d')¦missing | d('d')¦n | default('d')
        n | default('d', true)¦e | default('d', boolean=true)¦map.q | default(1)¦missing | default¦'7' | int¦'x' | int¦'x' | int(5)
        '7.9' | int¦r | int¦t | int¦'2.5' | float¦'x' | float¦-3 | abs¦r | round¦2.567 | round(2)¦2.1 | round(0, 'ceil')
        2.9 | round(method='floor')¦7 | round¦3.5 | round¦a | string¦i | string¦a | safe¦a | list¦map | list
        'one two  three' | wordcount¦lines | indent¦lines | indent(2)¦lines | indent(2, true)
        lines | indent(2, first=true, blank=true)¦lines | indent('> ')¦map | tojson¦map | tojson(indent=2)¦people | tojson(indent=4)
        quotes | tojson¦u | tojson¦[] | tojson(indent=2)¦{} | tojson¦[1.0, 2.5, 1e20, none, true] | tojson
        {'b': 1, 'a': 2} | tojson(sort_keys=true)¦{1: 'x', none: 2, true: 3} | tojson¦map | tojson(separators=(',', ':'))
        (1, 2) | tojson¦list¦words¦map¦people¦quotes¦[quotes]¦[u, r, big, small, none]¦(1,)¦()¦(1, 2)¦1, 2¦{'a': (1, 'b'), 2: none}
        big¦small¦1e22¦123456789.123¦0.1 + 0.2¦1e-5¦100.0¦["it's"]¦['"']¦'\x41\u00e9\t|\101'¦'a' 'b'¦'it\'s'¦"a\\b"¦'a⏎b'
        range(3) | list¦range(1, 7, 2) | list¦range(5, 0, -2) | list¦range(3)[1]¦range(3) | length¦dict(a=1, b='x')¦dict(map, x=2).x
        namespace(a=1).a¦namespace(map).x¦strftime_now('%d %b %Y')¦strftime_now('%A, %B %-d, %Y %H:%M:%S %p %j %y')¦missing.foo
        missing()¦missing + 1¦missing['a']¦a + 1¦1 + 'a'¦none + 1¦1 / 0¦i < 'a'¦none < 1¦1 in 5¦1 in a¦a.append('x')¦list.append(1)
        map.update({'q': 1})¦map.pop('x')¦a | nosuch¦a is nosuch¦nosuch(1)¦n | length¦5 | length¦[1] | join(1, 2, 3)
        raise_exception('no')¦missing | tojson¦range | tojson¦-a¦a.split('')¦list['x']¦map[list]¦{[1]: 2}¦'x'.join(list)
        missing | upper¦missing ~ 'x'¦missing == missing¦missing == none¦n | upper¦i | trim¦a.b.c¦a | default('x').y¦(a | upper)[0]
        (a ~ 'x').upper()¦a | upper ~ 'x'¦-1 | abs¦2 - 1 | abs¦not a is string¦a if a is defined else b¦list | map('string') | join
        '%s' | length¦(list | sort | first) ~ (words | sort | last)¦i if i > 3 and i < 9 else 0¦(a, i)[1]¦{'k': [1, 2]}['k'][1]
        {'k': {'j': 5}}.k.j¦'{' ~ '}'
        '{} {}'.format(1, a)¦'{0}{1}{0}'.format('x', none)¦'{x}{y}'.format(x=1, y=[2])¦'{{}}{{{}}}'.format(5)¦'{}'.format()¦'{'.format(1)
        '{x}'.format(1)¦'a}'.format(1)¦'no'.format(1)
        """;

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. Text.Split('\n', '¦').Select(one => one.Replace('⏎', '\n').Replace('␍', '\r').Replace('␉', '\t')),
    ];
}
