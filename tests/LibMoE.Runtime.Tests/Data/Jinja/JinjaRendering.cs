using System.Text.Json.Nodes;
using LibMoE.Runtime.Data.Tokenizers.Jinja;

namespace LibMoE.Runtime.Tests.Data.Jinja;

/// <summary>Renders cases here, as the oracles do.</summary>
internal static class JinjaRendering
{
    /// <summary>The oracles' clock.</summary>
    public static TimeProvider Clock { get; } = new StandingClock(new DateTimeOffset(2026, 3, 7, 9, 5, 4, TimeSpan.Zero));

    /// <summary>What a case renders; null where it is refused. What is in a generation block stands between U+0001 and U+0002.</summary>
    public static (string? Text, string? Fault) Of(JinjaCase one)
    {
        try
        {
            return (Marked(Render(one.Template, one.Values)), null);
        }
        catch (JinjaException fault)
        {
            return (null, fault.Message);
        }
    }

    /// <summary>What a template makes of values.</summary>
    public static TextValue Render(string template, JsonObject values)
    {
        var read = JsonNode.Parse(values.ToJsonString())!.AsObject();
        return JinjaTemplate.Parse(template).Render(run => read.Select(entry => (entry.Key, Value(entry.Value, run))), Clock);
    }

    private static JinjaValue Value(JsonNode? node, TemplateRun run) => node switch
    {
        null => NoneValue.Only,
        JsonArray list => new ListValue([.. list.Select(item => Value(item, run))]),
        JsonObject map => MapValue.Of(map.Select(entry => (entry.Key, Value(entry.Value, run))), run.Equality),
        _ when node.GetValueKind() is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False =>
            JinjaValue.Of(node.GetValue<bool>()),
        JsonValue value when value.TryGetValue<long>(out var whole) => new WholeValue(whole),
        JsonValue value when value.TryGetValue<double>(out var real) => new RealValue(real),
        _ => new TextValue(node.GetValue<string>(), TextOrigin.Message),
    };

    private static string Marked(TextValue text)
    {
        var marked = text.Text;
        var said = new List<(int Start, int End)>();
        foreach (var stretch in text.Stretches.Where(stretch => stretch.Origin.HasFlag(TextOrigin.Answer)))
        {
            if (said.Count > 0 && said[^1].End == stretch.Start)
            {
                said[^1] = (said[^1].Start, stretch.End);
            }
            else
            {
                said.Add((stretch.Start, stretch.End));
            }
        }

        foreach (var (start, end) in Enumerable.Reverse(said))
        {
            marked = $"{marked[..start]}\u0001{marked[start..end]}\u0002{marked[end..]}";
        }

        return marked;
    }

    private sealed class StandingClock(DateTimeOffset time) : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => time;
    }
}
