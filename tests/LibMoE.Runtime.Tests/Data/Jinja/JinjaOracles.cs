using System.Text.Json;
using System.Text.Json.Nodes;
using LibMoE.Runtime.Tests.Evaluation;

namespace LibMoE.Runtime.Tests.Data.Jinja;

/// <summary>What a case renders: a template with its values.</summary>
internal sealed record JinjaCase(string Template, JsonObject Values);

/// <summary>Programs that others wrote, which render templates: Python's jinja2 with the settings of transformers, and npm's
/// <c>@huggingface/jinja</c>. Where one cannot be run the test is skipped with the reason.</summary>
internal static class JinjaOracles
{
    private const string Package = "@huggingface/jinja@0.5.11";

    /// <summary>The environment that transformers makes (utils/chat_template_utils.py), with the clock standing still; what is in a
    /// generation block stands between the characters U+0001 and U+0002.</summary>
    private const string Python = """
        import datetime, json, sys
        import jinja2, jinja2.ext, jinja2.nodes
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        class Generation(jinja2.ext.Extension):
            tags = {"generation"}
            def parse(self, parser):
                line = next(parser.stream).lineno
                body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
                return jinja2.nodes.CallBlock(self.call_method("mark"), [], [], body).set_lineno(line)
            def mark(self, caller):
                text = caller()
                return "\x01" + text + "\x02" if text else ""

        def raise_exception(message):
            raise jinja2.exceptions.TemplateError("refused: " + message)

        def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
            return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

        now = datetime.datetime(2026, 3, 7, 9, 5, 4)
        env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols])
        env.filters["tojson"] = tojson
        env.globals["raise_exception"] = raise_exception
        env.globals["strftime_now"] = now.strftime
        results = []
        for case in json.load(open("cases.json", encoding="utf-8")):
            try:
                results.append({"text": env.from_string(case["template"]).render(**case["values"])})
            except Exception as fault:
                results.append({"fault": type(fault).__name__ + ": " + str(fault)})
        json.dump(results, open("results.json", "w", encoding="utf-8"))
        """;

    private const string Node = """
        import { Template } from '@huggingface/jinja';
        import { readFileSync, writeFileSync } from 'node:fs';
        const cases = JSON.parse(readFileSync('cases.json', 'utf8'));
        const results = cases.map(({ template, values }) => {
          try {
            return { text: new Template(template).render(values) };
          } catch (fault) {
            return { fault: String(fault) };
          }
        });
        writeFileSync('results.json', JSON.stringify(results));
        """;

    /// <summary>What jinja2 renders; null where it raises.</summary>
    public static IReadOnlyList<string?> OfPython(IReadOnlyList<JinjaCase> cases)
    {
        using var folder = new DataFolder();
        folder.With("run.py", Python);
        return Results(folder, cases, () => Run(folder, "python3", "run.py", "jinja2 cannot be imported", "No module named"));
    }

    /// <summary>What <c>@huggingface/jinja</c> renders; null where it raises.</summary>
    public static IReadOnlyList<string?> OfNode(IReadOnlyList<JinjaCase> cases)
    {
        using var folder = new DataFolder();
        folder.With("run.mjs", Node).With("package.json", """{"private": true}""");
        Run(folder, "npm", $"install --silent --no-audit --no-fund {Package}", $"npm cannot install {Package}", "");
        return Results(folder, cases, () => Run(folder, "node", "run.mjs", "", null));
    }

    private static List<string?> Results(DataFolder folder, IReadOnlyList<JinjaCase> cases, Action run)
    {
        var list = new JsonArray([.. cases.Select(one =>
            new JsonObject { ["template"] = one.Template, ["values"] = one.Values.DeepClone() })]);
        folder.With("cases.json", list.ToJsonString());
        run();
        using var results = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder.Path, "results.json")));
        return
        [
            .. results.RootElement.EnumerateArray()
                .Select(result => result.TryGetProperty("text", out var text) ? text.GetString() : null),
        ];
    }

    private static void Run(DataFolder folder, string program, string arguments, string skipped, string? reason)
    {
        var (exitCode, _, errors) = ForeignProgram.Run(folder.Path, program, arguments);
        Skip.If(exitCode != 0 && reason is not null && errors.Contains(reason, StringComparison.Ordinal), $"{skipped}: {errors}");
        Assert.True(exitCode == 0, errors);
    }
}
