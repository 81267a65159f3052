using System.Collections;
using System.ComponentModel;
using System.Reflection;
using LibMoE.Runtime.Common;
using Microsoft.Extensions.Configuration;

namespace LibMoE.Runtime.Hosting;

/// <summary>
/// Finds settings that would be ignored or could not be read: a mistyped key in appsettings.json, the environment or the command line
/// must not silently leave a default in place.
/// </summary>
internal static class SettingsCheck
{
    private const string EnvironmentPrefix = "LIBMOE_";

    /// <summary>What is wrong, one sentence each.</summary>
    /// <param name="configuration">All sources together.</param>
    /// <param name="commandLine">The keys that the command line sets.</param>
    /// <param name="own">The sections that a program's own verb has options of.</param>
    public static IEnumerable<string> Problems(
        IConfiguration configuration, IEnumerable<string> commandLine, IEnumerable<string>? own = null) =>
        UnknownSections(commandLine.Concat(EnvironmentKeys()), own ?? [])
            .Concat(SettingsSection.All.SelectMany(section => Problems(configuration, section)));

    private static IEnumerable<string> UnknownSections(IEnumerable<string> keys, IEnumerable<string> own)
    {
        string[] known = [.. SettingsSection.All.Select(section => section.Name), "Logging", .. own];
        return keys
            .Where(key => !known.Contains(key.Split(':')[0], StringComparer.OrdinalIgnoreCase))
            .Select(key =>
                $"'{key}' is not a setting: there is no section '{key.Split(':')[0]}'; {NearestName.Advice(key.Split(':')[0], known)}.");
    }

    /// <summary>LIBMOE_Section__Key; other variables with the prefix, such as LIBMOE_DATA, are not settings of a run.</summary>
    private static IEnumerable<string> EnvironmentKeys() =>
        from DictionaryEntry variable in Environment.GetEnvironmentVariables()
        let name = (string)variable.Key
        where name.StartsWith(EnvironmentPrefix, StringComparison.OrdinalIgnoreCase) && name.Contains("__", StringComparison.Ordinal)
        select name[EnvironmentPrefix.Length..].Replace("__", ":", StringComparison.Ordinal);

    /// <summary>What is wrong in one section.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration, SettingsSection section) =>
        Problems(configuration.GetSection(section.Name), section.Name, section.Type);

    private static IEnumerable<string> Problems(IConfigurationSection given, string path, Type type)
    {
        var properties = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.CanWrite)
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);
        foreach (var setting in given.GetChildren())
        {
            if (!properties.TryGetValue(setting.Key, out var property))
            {
                yield return $"'{path}:{setting.Key}' is not a setting; {NearestName.Advice(setting.Key, properties.Keys)}.";
            }
            else if (setting.Value is { } value && Wanted(property.PropertyType, value) is { } wanted)
            {
                yield return $"{path}:{property.Name} is '{value}'; it must be {wanted}.";
            }
            else
            {
                foreach (var problem in Nested(setting, $"{path}:{property.Name}", property.PropertyType))
                {
                    yield return problem;
                }
            }
        }
    }

    /// <summary>What is wrong in a value that has settings of its own: a record, or a list of records.</summary>
    private static IEnumerable<string> Nested(IConfigurationSection setting, string path, Type type) =>
        ValuesByName(type) is { } named ?
        [
            .. from entry in setting.GetChildren()
               let wanted = Wanted(named, entry.Value ?? "")
               where wanted is not null
               select $"{path}:{entry.Key} is '{entry.Value}'; it must be {wanted}.",
        ]
        : ListOfRecords(type) is { } element ? setting.GetChildren().SelectMany(item => Problems(item, $"{path}:{item.Key}", element))
        : IsRecord(type) && setting.Value is { Length: > 0 } value
        ? [$"{path} is '{value}'; it has settings of its own, such as {path}:{type.GetProperties()[0].Name}."]
        : IsRecord(type) ? Problems(setting, path, type)
        : [];

    /// <summary>The type of the values where names are the user's own, such as the rates of a model's parts.</summary>
    private static Type? ValuesByName(Type type) =>
        type is { IsGenericType: true, GenericTypeArguments: [var name, { IsValueType: true } value] } && name == typeof(string)
            ? value
            : null;

    private static bool IsRecord(Type type) =>
        type.IsClass && !typeof(IEnumerable).IsAssignableFrom(type) && !TypeDescriptor.GetConverter(type).CanConvertFrom(typeof(string));

    /// <summary>The type of a list's elements where these have settings of their own, such as a corpus's domains.</summary>
    private static Type? ListOfRecords(Type type) =>
        type is { IsGenericType: true, GenericTypeArguments: [{ IsClass: true } element] } && element != typeof(string) ? element : null;

    /// <summary>What the type takes, if not this value; null where the value can be read.</summary>
    private static string? Wanted(Type declared, string value)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        var converter = TypeDescriptor.GetConverter(type);
        if (!converter.CanConvertFrom(typeof(string)) || (value.Length == 0 && type != declared))
        {
            return null;
        }

        try
        {
            converter.ConvertFromInvariantString(value);
            return null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or OverflowException)
        {
            return type switch
            {
                { IsEnum: true } => $"one of {string.Join(", ", Enum.GetNames(type))}",
                _ when type == typeof(bool) => "true or false",
                _ when type == typeof(double) => "a number, such as 0.005",
                _ => "a whole number",
            };
        }
    }
}
