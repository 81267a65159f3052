using System.Collections;
using System.Globalization;
using System.Reflection;
using LibMoE.Runtime.Hosting;
using LibMoE.Runtime.Hosting.Verbs;
using Microsoft.Extensions.Configuration;

namespace LibMoE.Runtime.Tests.Docs;

/// <summary>Every property that configuration can set has its row in docs/settings.md, with its default, and stands in help.</summary>
public sealed class SettingsPageTests
{
    private static readonly IReadOnlyList<Setting> Settings =
        [.. SettingsSection.All.SelectMany(section => Of(section.Name, section.Type))];

    public static TheoryData<string> VerbNames => [.. BuiltInVerbs.All.Select(verb => verb.Name)];

    [Fact]
    public void The_page_has_every_setting_and_no_other() =>
        Assert.Equal(Settings.Select(setting => setting.Key).Order(), SettingsPage.All.Select(row => row.Key).Order());

    [Fact]
    public void The_page_in_the_checkout_is_the_one_that_help_reads() =>
        Assert.All(SettingsPage.All, row => Assert.Contains(
            $"| `{row.Key}` | ", Repository.Read("docs", "settings.md"), StringComparison.Ordinal));

    [Fact]
    public void A_row_says_the_default_of_its_property() => Assert.Equal(
        Settings.Select(setting => $"{setting.Key} {setting.Default}").Order(),
        SettingsPage.All.Select(row => $"{row.Key} {row.Default}").Order());

    [Fact]
    public void A_row_of_a_choice_names_what_can_be_chosen() => Assert.All(
        Settings.Where(setting => setting.Type.IsEnum && setting.Key != "Evaluation:Precision"),
        setting => Assert.All(Enum.GetNames(setting.Type), name => Assert.Contains(name, Row(setting.Key).Text, StringComparison.Ordinal)));

    [Fact]
    public void Help_of_the_program_lists_every_setting_with_default_and_text()
    {
        var help = Help("--help");

        Assert.All(SettingsPage.All, row =>
        {
            var line = Assert.Single(help, line => line.StartsWith($"  {row.Key} ", StringComparison.Ordinal));
            Assert.Contains(row.Text, line, StringComparison.Ordinal);
            Assert.Contains(row.Default.Length == 0 ? "" : $"[default: {row.Default}]", line, StringComparison.Ordinal);
        });
    }

    [Theory]
    [MemberData(nameof(VerbNames))]
    public void Help_of_a_verb_lists_all_of_the_sections_that_it_reads(string name)
    {
        var verb = BuiltInVerbs.All.Single(verb => verb.Name == name);
        var wanted = SettingsPage.All.Where(row => verb.Sections.Contains(row.Key.Split(':')[0])).Select(row => row.Key);

        Assert.Equal(wanted, Help(name, "--help").SkipWhile(line => !line.StartsWith("Settings ", StringComparison.Ordinal)).Skip(1).Select(
            line => line.Split(' ')[2]));
        Assert.Subset(SettingsSection.All.Select(section => section.Name).ToHashSet(), verb.Sections.ToHashSet());
    }

    [Theory]
    [InlineData("study")]
    [InlineData("train")]
    [InlineData("run-cell")]
    [InlineData("describe")]
    public void Verbs_that_make_a_model_say_how_it_is_set(string verb) =>
        Assert.Contains(Help(verb, "--help"), line => line.StartsWith("  Model:RouterStd ", StringComparison.Ordinal));

    [Fact]
    public void Help_says_what_the_program_itself_sets() =>
        Assert.Contains(Help(key => key == "Model:Dim" ? "96" : null, "--help"), line => line.EndsWith(
            "width of the residual stream [default here: 96]", StringComparison.Ordinal));

    [Fact]
    public void A_narrow_screen_breaks_lines_between_words()
    {
        var output = new StringWriter();
        SettingsPage.Write(output, ["Model"], _ => null, width: 80);

        Assert.All(output.ToString().Split('\n'), line => Assert.InRange(line.TrimEnd().Length, 0, 80));
    }

    private static SettingText Row(string key) => SettingsPage.All.Single(row => row.Key == key);

    private static string[] Help(params string[] args) => Help(_ => null, args);

    private static string[] Help(Func<string, string?> configured, params string[] args)
    {
        var output = new StringWriter();
        CommandLine.Parse(args, BuiltInVerbs.All, configured).Print!(output);
        return output.ToString().ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>What can be set in a record, records inside it included.</summary>
    private static IEnumerable<Setting> Of(string path, Type record)
    {
        var made = Activator.CreateInstance(record);
        foreach (var property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var key = $"{path}:{property.Name}";
            var inner = type.Namespace == record.Namespace && type.IsClass ? Of(key, type)
                : type is { IsGenericType: true, GenericTypeArguments: [{ IsClass: true } element] } && element != typeof(string)
                ? Of($"{key}:N", element)
                : [new Setting(key, type, Text(property.GetValue(made)))];
            foreach (var setting in inner)
            {
                yield return setting;
            }
        }
    }

    private static string Text(object? value) => value switch
    {
        null or IConfigurationSection => "",
        bool flag => flag ? "true" : "false",
        string text => text,
        IEnumerable list => string.Join(",", list.Cast<object>()),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private sealed record Setting(string Key, Type Type, string Default);
}
