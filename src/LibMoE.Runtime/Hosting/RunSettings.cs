using System.Text.Json;
using Humanizer;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;

namespace LibMoE.Runtime.Hosting;

/// <summary>
/// The settings that a run was begun with beside those of the program's files: of the environment, of <c>--quick</c> and of the command
/// line. They are kept in the run's folder, so that it is continued by its name alone and analysed on its own text.
/// </summary>
/// <param name="Program">The program's name.</param>
/// <param name="Verb">The verb that runs.</param>
/// <param name="Given">Configuration keys and their values, those of a continued run included.</param>
internal sealed record RunSettings(string Program, string Verb, IReadOnlyDictionary<string, string?> Given)
{
    /// <summary>The file in the run's folder.</summary>
    public const string FileName = KeptSettings.FileName;

    private const string Environment = "LIBMOE_";

    /// <summary>Which run, and what to do with it, is said anew each time.</summary>
    private static readonly string[] NotKept =
        ["Run:Name", "Run:Folder", "Run:Resume", "Run:AllowChange", "Run:Device", "Study:PlanOnly", "Study:Index",
            "Search:PlanOnly"];

    /// <summary>Ways to name a text, of which one excludes the others.</summary>
    private static readonly string[] Texts = ["Corpus:Path", "Corpus:Paths", "Corpus:Domains"];

    /// <summary>The program that the run was begun by, where it is another one; null where not.</summary>
    public string? Beginner { get; init; }

    /// <summary>What there is to say of it, one sentence each.</summary>
    public IEnumerable<string> Notes => Beginner is null ? [] : [$"The run was begun by the program {Beginner}; {Program} continues it."];

    /// <summary>Of a program that continues no run.</summary>
    /// <param name="program">Its name.</param>
    public static RunSettings None(string program) => new(program, "", Empty);

    /// <summary>What a run that the command line names was begun with; empty where it names none, or one that has no such file.</summary>
    /// <param name="command">The command line.</param>
    /// <param name="program">The program's name, which runs are named after by default.</param>
    /// <param name="configured">What a key is set to without the command line.</param>
    /// <exception cref="ConfigurationException">The run's file is damaged.</exception>
    public static RunSettings OfRun(CommandLine command, string program, Func<string, string?> configured)
    {
        var options = command.Verb?.Options.Select(option => option.Key).ToHashSet() ?? [];
        var runs = new RunOptions { Name = Value("Run:Name"), Folder = Value("Run:Folder") is { Length: > 0 } folder ? folder : "runs" };
        if (runs.Problems().Count > 0)
        {
            return None(program);
        }

        if (options.Contains("Analysis:Path"))
        {
            var read = Read(RunOf(Value("Analysis:Path"), runs), program);
            return WithoutText(read with { Given = OfText(read.Given) }, command);
        }

        var continues = options.Contains("Run:Name") && (!options.Contains("Run:Resume") || Value("Run:Resume") is "true" or "True");
        return continues && (runs.Name.Length > 0 || options.Contains("Study:PlanOnly"))
            ? WithoutText(Read(StudyFolder.Known(runs, program.Kebaberize())?.Path, program), command)
            : None(program);

        string Value(string key) => command.Settings.GetValueOrDefault(key) ?? configured(key) ?? "";
    }

    /// <summary>The settings of a program that was just started.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="command">Its command line.</param>
    /// <param name="before">What the run was begun with; see <see cref="OfRun"/>.</param>
    /// <param name="preset">What the named preset sets; null without one.</param>
    /// <remarks>Only sections that the verb reads are kept: what the environment says for others, such as a key, is no part of a
    /// run.</remarks>
    public static RunSettings Of(
        string program,
        CommandLine command,
        RunSettings before,
        IReadOnlyDictionary<string, string?>? preset)
    {
        var given = new SortedDictionary<string, string?>(before.Given.ToDictionary(), StringComparer.OrdinalIgnoreCase);
        string[] read = command.Verb is { } verb
            ? [.. verb.Sections, .. verb.Options.Select(option => option.Key).Concat(verb.Quick.Keys).Select(key => key.Split(':')[0])]
            : [];
        var sections = read.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var environment = new ConfigurationBuilder().AddEnvironmentVariables(Environment).Build().AsEnumerable()
            .Where(pair => pair.Value is not null && pair.Key.Contains(':', StringComparison.Ordinal))
            .Where(pair => !before.Given.ContainsKey(pair.Key));

        // In the order in which the configuration takes them. What a run was begun with goes before today's environment and preset.
        foreach (var (key, value) in environment
            .Concat(command.Quick ? command.Verb!.Quick : Empty)
            .Concat(before.Given.Count == 0 ? preset ?? Empty : Empty)
            .Concat(command.Settings))
        {
            if (sections.Contains(key.Split(':')[0]) && !NotKept.Contains(key, StringComparer.OrdinalIgnoreCase))
            {
                given[key] = value;
            }
        }

        return new RunSettings(program, command.Verb?.Name ?? "", given)
        {
            Beginner = before.Program == program ? null : before.Program,
        };
    }

    /// <summary>Keeps them in a run's folder; several processes of one study may do so at once.</summary>
    public void WriteTo(StudyFolder folder) =>
        folder.WriteShared(FileName, new KeptSettings(Beginner ?? Program, Given).ToJson());

    /// <summary>The command that continues a run.</summary>
    /// <param name="folder">The run's folder.</param>
    public string Continue(StudyFolder folder)
    {
        var (name, runs) = (Path.GetFileName(folder.Path), Path.GetDirectoryName(folder.Path));
        string[] elsewhere = runs is "runs" or null ? [] : ["--runs", runs];
        return ProgramCommand.Of(Program, [Verb, "--name", name, .. elsewhere, "--resume"]).Text;
    }

    private static Dictionary<string, string?> Empty { get; } = [];

    /// <summary>The text alone, where it is to be found from here: sizes and steps of an analysis are its own.</summary>
    private static Dictionary<string, string?> OfText(IReadOnlyDictionary<string, string?> given) =>
        given.GetValueOrDefault("Corpus:Path") is { Length: > 0 } path && !Path.Exists(path) ? []
            : given.Where(pair => pair.Key.StartsWith("Corpus:", StringComparison.OrdinalIgnoreCase)).ToDictionary();

    /// <summary>A text that is named now takes the place of the one that the run was begun with.</summary>
    private static RunSettings WithoutText(RunSettings before, CommandLine command) =>
        command.Settings.Keys.Any(IsText) ? before with { Given = before.Given.Where(pair => !IsText(pair.Key)).ToDictionary() } : before;

    private static bool IsText(string key) => Texts.Any(text =>
        key.Equals(text, StringComparison.OrdinalIgnoreCase) || key.StartsWith(text + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>The run that a path lies in, a cell or a checkpoint of it included; null where there is none.</summary>
    private static string? RunOf(string path, RunOptions runs)
    {
        try
        {
            var found = ExistingRun.Find("Analysis:Path", path, runs);
            for (var (folder, steps) = (new DirectoryInfo(found), 0); folder is not null && steps < 6; folder = folder.Parent, steps++)
            {
                if (File.Exists(Path.Combine(folder.FullName, FileName))
                    && File.Exists(Path.Combine(folder.FullName, CellManifest.FileName)))
                {
                    return folder.FullName;
                }
            }
        }
        catch (ConfigurationException)
        {
            // The verb says so in its own words.
        }

        return null;
    }

    private static RunSettings Read(string? folder, string program)
    {
        try
        {
            return folder is not null && KeptSettings.Read(folder) is { } kept
                ? new RunSettings(kept.Program, "", kept.Settings)
                : None(program);
        }
        catch (JsonException)
        {
            throw new ConfigurationException(
                $"{Path.Combine(folder!, FileName)} is damaged; delete it, and give the run's settings again.");
        }
    }
}
