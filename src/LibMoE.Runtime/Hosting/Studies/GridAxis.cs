using LibMoE.Runtime.Common;
using Microsoft.Extensions.Configuration;

namespace LibMoE.Runtime.Hosting.Studies;

/// <summary>
/// One setting that a study varies: <c>Study:Grid:Training:LearningRate = 0.001,0.003</c>, or a JSON array of values.
/// </summary>
/// <param name="Key">The setting as it is spelt in the code, such as <c>Training:LearningRate</c>.</param>
/// <param name="Values">The values as written, without repeats; at least one.</param>
internal sealed record GridAxis(string Key, IReadOnlyList<string> Values)
{
    private const string Root = "Study:Grid";

    /// <summary>The sections whose settings decide the result of a training run.</summary>
    private static readonly string[] Sections = ["Model", "Training", "Corpus"];

    /// <summary>Reads the axes, in ordinal order of their keys.</summary>
    /// <param name="grid">The section <c>Study:Grid</c>; null where nothing is varied.</param>
    /// <exception cref="ConfigurationException">A key is not a setting of a training run, or has no value.</exception>
    public static IReadOnlyList<GridAxis> Read(IConfigurationSection? grid)
    {
        var written = grid is null ? [] : Leaves(grid).ToList();
        var problems = written.SelectMany(axis => Problems(axis.Key, axis.Values)).ToList();
        ConfigurationException.ThrowIfAny(problems);
        return [.. written.Select(axis => new GridAxis(Spelt(axis.Key)!, axis.Values)).OrderBy(axis => axis.Key, StringComparer.Ordinal)];
    }

    private static IEnumerable<(string Key, List<string> Values)> Leaves(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        if (children.Count > 0 && !children.All(child => int.TryParse(child.Key, out _)))
        {
            return children.SelectMany(Leaves);
        }

        var written = children.Count > 0
            ? children.Select(child => child.Value ?? "")
            : (section.Value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var key = section.Path.Length > Root.Length ? section.Path[(Root.Length + 1)..] : "";
        return key.Length == 0 ? [] : [(key, written.Distinct().ToList())];
    }

    private static IEnumerable<string> Problems(string key, List<string> values)
    {
        var name = key.Split(':')[0];
        if (!Sections.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"{Root}:{key} cannot be varied; a grid takes settings of {string.Join(", ", Sections)}.";
        }
        else if (key.Equals("Training:Seed", StringComparison.OrdinalIgnoreCase))
        {
            yield return $"{Root}:{key} cannot be varied; Study:Seeds says how many seeds there are.";
        }
        else if (values.Count == 0)
        {
            yield return $"{Root}:{key} has no value; it takes values separated by commas.";
        }
        else if (Spelt(key) is null)
        {
            var properties = Section(name).Type.GetProperties()
                .Where(property => property.CanWrite).Select(property => property.Name).ToList();
            yield return $"'{Root}:{key}' is not a setting; {NearestName.Advice(key[(key.IndexOf(':') + 1)..], properties)}.";
        }
    }

    /// <summary>The key as the code spells it, however deep it is; null where it is none.</summary>
    private static string? Spelt(string key)
    {
        var parts = key.Split(':');
        var (type, spelt) = (Section(parts[0]).Type, Section(parts[0]).Name);
        foreach (var part in parts.Skip(1))
        {
            var property = type.GetProperties()
                .FirstOrDefault(known => known.CanWrite && known.Name.Equals(part, StringComparison.OrdinalIgnoreCase));
            if (property is null)
            {
                return null;
            }

            (type, spelt) = (property.PropertyType, $"{spelt}:{property.Name}");
        }

        return parts.Length > 1 ? spelt : null;
    }

    private static SettingsSection Section(string name) =>
        SettingsSection.All.Single(section => section.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
