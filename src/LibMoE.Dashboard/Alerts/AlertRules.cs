using System.Text.Json;
using LibMoE.Runtime;
using LibMoE.Runtime.Reporting.Report.Records;

namespace LibMoE.Dashboard.Alerts;

/// <summary>The rules of a JSON file: a list of objects with <c>name</c>, <c>figure</c>, <c>above</c> or <c>below</c>, and by choice
/// <c>reports</c> and <c>variants</c>.</summary>
/// <param name="All">In the order of the file.</param>
internal sealed record AlertRules(IReadOnlyList<AlertRule> All)
{
    private const int Longest = 1 << 20;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>No rule.</summary>
    public static AlertRules None { get; } = new([]);

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; empty for none.</param>
    /// <exception cref="ConfigurationException">The file is not there, or a rule in it is wrong; the message names it.</exception>
    public static AlertRules Read(string path)
    {
        if (path.Length == 0)
        {
            return None;
        }

        if (!File.Exists(path))
        {
            throw new ConfigurationException($"Dashboard:Rules is '{path}', which is no file; it must be a JSON file of alert rules.");
        }

        try
        {
            var rules = JsonSerializer.Deserialize<AlertRule?[]>(DiskFiles.Instance.ReadAll(path, Longest), Form) ?? [];
            var wrong = rules.Index().Where(rule => rule.Item?.Problem is not null || rule.Item is null)
                .Select(rule => $"Dashboard:Rules: rule {rule.Index + 1} of {path} is wrong: {rule.Item?.Problem ?? "it is null"}.")
                .ToList();
            ConfigurationException.ThrowIfAny(wrong);
            return new AlertRules([.. rules.OfType<AlertRule>()]);
        }
        catch (JsonException wrong)
        {
            throw new ConfigurationException($"Dashboard:Rules: {path} is no list of alert rules: {wrong.Message}");
        }
        catch (StorageException wrong)
        {
            throw new ConfigurationException($"Dashboard:Rules: {wrong.Message}");
        }
    }

    /// <summary>What the rules say of a cell: the rule's name, and a sentence.</summary>
    public IEnumerable<(string Place, string Text)> Of(CellRecord cell) =>
        from rule in All
        let text = rule.Find(cell)
        where text is not null
        select (rule.Name, text);
}
