using System.Globalization;
using System.Text.Json;
using Humanizer;
using LibMoE.Runtime.Files;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Reporting.Index;
using LibMoE.Runtime.Reporting.Report;
using LibMoE.Runtime.Studies;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting.Verbs;

/// <summary>Lists, compares, tags and deletes runs, and takes in those of other trackers.</summary>
internal sealed class RunsVerb(RunsOptions options, RunOptions runs, IAnsiConsole console) : IVerb
{
    /// <inheritdoc />
    public static string Name => "runs";

    /// <inheritdoc />
    public static string Description => "Lists the runs of a folder, compares them, tags and deletes them, and imports those of other "
        + "trackers: list, compare A B, tag A --tags T, untag A --tags T, delete A --yes, import FILE.csv.";

    /// <inheritdoc />
    public static IReadOnlyList<VerbOption> Options { get; } =
    [
        new("action", "Runs:Action", "ACTION", "list, compare, tag, untag, delete or import. [default: list]") { IsPositional = true },
        new("names", "Runs:Names", "RUN", "Runs, by name or path; of import the file.") { IsPositional = true, IsRepeated = true },
        new("--runs", "Run:Folder", "FOLDER", "The folder of all runs. [default: runs]"),
        new("--tags", "Runs:Tags", "A,B,…", "Tags to give or take; of list, those that runs must have."),
        new("--name", "Run:Name", "NAME", "Of import: the run's folder name. [default: the file's]"),
        new("--json", "Runs:Json", "", "List as JSON."),
        new("--yes", "Runs:Yes", "", "Really delete."),
    ];

    private IReadOnlyList<(string Name, string Folder)> Named =>
    [
        .. options.Names.Select(name => ExistingRun.Find("Runs:Names", name, runs))
            .Select(folder => (Path.GetFileName(Path.GetFullPath(folder)), folder)),
    ];

    /// <inheritdoc />
    public Task<int> RunAsync(CancellationToken stop)
    {
        Action act = options.Action switch
        {
            RunsAction.Compare => Compare,
            RunsAction.Tag => () => Tag(options.TagList, []),
            RunsAction.Untag => () => Tag([], options.TagList),
            RunsAction.Delete => Delete,
            RunsAction.Import => Import,
            _ => List,
        };
        act();
        return Task.FromResult(ExitCode.Done);
    }

    private void List()
    {
        if (options.Names.Count > 0)
        {
            throw new ConfigurationException($"Runs:Names has '{options.Names[0]}', but List takes no names; --runs names the folder.");
        }

        var found = RunIndex.Of(runs.Folder).Where(run => options.TagList.All(tag => run.Tags.Contains(tag))).ToList();
        if (options.Json)
        {
            console.WriteWhole(JsonSerializer.Serialize(found, RunJson.Indented));
            return;
        }

        if (found.Count == 0)
        {
            console.WriteWhole(options.TagList.Count == 0
                ? $"No run in {runs.Folder}."
                : $"No run in {runs.Folder} has the tags {options.TagList.Humanize("and")}.");
            return;
        }

        console.Write(IndexTables.Of(found));
        foreach (var run in found.Where(run => run.Problem is not null))
        {
            console.WriteWhole($"{run.Name}: {run.Problem}");
        }
    }

    private void Compare()
    {
        var named = Unlike(Named);
        var compared = ComparedRuns.Of(named);
        console.Write(IndexTables.Of(compared));
        foreach (var note in compared.Notes)
        {
            console.WriteWhole(note);
        }

        if (compared.Settings.Count > 0)
        {
            console.WriteWhole("Settings that differ, of each run's first cell:");
            console.Write(IndexTables.Settings(compared, named.Select(run => run.Name)));
        }
    }

    /// <summary>Runs of other folders may have the same name: then their paths tell them apart.</summary>
    private static IReadOnlyList<(string Name, string Folder)> Unlike(IReadOnlyList<(string Name, string Folder)> named)
    {
        if (named.GroupBy(run => Path.GetFullPath(run.Folder)).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ConfigurationException($"Runs:Names has {twice.First().Name} twice; a run is compared with others.");
        }

        return named.Select(run => run.Name).Distinct().Count() == named.Count ? named : [.. named.Select(run => (run.Folder, run.Folder))];
    }

    private void Tag(IReadOnlyList<string> added, IReadOnlyList<string> removed)
    {
        foreach (var (name, folder) in Named)
        {
            var now = RunTags.Change(folder, added, removed);
            console.WriteWhole($"{name}: {(now.Count == 0 ? "no tag" : string.Join(", ", now))}");
        }
    }

    /// <summary>Only runs are deleted, nothing that a process works on, and nothing without a second word.</summary>
    private void Delete()
    {
        var found = Named.Select(run => (run.Name, run.Folder, Summary: RunIndex.Read(run.Folder))).ToList();
        foreach (var (name, folder, summary) in found)
        {
            var problem = summary is null || !RunIndex.IsMarked(folder) ? $"{folder} holds no run"
                : Path.GetDirectoryName(Path.GetFullPath(folder)) != Path.GetFullPath(runs.Folder)
                ? $"{folder} does not lie in {runs.Folder}; name its folder by --runs"
                : summary.State == RunState.Running ? $"a process works on {folder}; stop it first"
                : DiskFiles.Instance.Find(folder)?.Kind == RunEntryKind.Link ? $"{folder} is a link; delete the run where it lies"
                : null;
            if (problem is not null)
            {
                throw new ConfigurationException($"Runs:Names has '{name}', but {problem}.");
            }
        }

        if (!options.Yes)
        {
            throw new ConfigurationException(
                $"Runs:Yes is false; --yes deletes {found.Select(run => Words(run.Folder, run.Summary!)).Humanize("and")}.");
        }

        foreach (var (_, folder, summary) in found)
        {
            var words = Words(folder, summary!);
            DiskFiles.Instance.DeleteTree(folder);
            console.WriteWhole($"Deleted {words}");
        }
    }

    private static string Words(string folder, RunSummary summary)
    {
        var size = ByteSize.FromBytes(Bytes(folder)).Humanize("0.#", CultureInfo.InvariantCulture);
        return $"{folder} ({"cell".ToQuantity(summary.Cells)}, {size})";
    }

    private static long Bytes(string folder) => DiskFiles.Instance.List(folder)
        .Sum(entry => entry.Kind == RunEntryKind.Folder ? Bytes(Path.Combine(folder, entry.Name)) : entry.Length);

    private void Import()
    {
        var file = options.Names[0];
        if (!File.Exists(file))
        {
            throw new ConfigurationException($"Runs:Names is '{file}', which is no file; import takes a CSV file.");
        }

        var folder = StudyFolder.Create(runs, DefaultName(file));
        try
        {
            var export = TrackerImport.Write(file, folder);
            console.WriteWhole(
                $"Imported {"run".ToQuantity(export.Runs.Count)} of {export.Form} into {folder.Path}: "
                    + string.Join(", ", export.Runs.Keys));
            if (export.Left.Count > 0)
            {
                console.WriteWhole($"Left out, being no numbers: {string.Join(", ", export.Left)}");
            }
        }
        catch (Exception failure) when (failure is EvaluationDataException or StorageException or IOException)
        {
            DiskFiles.Instance.DeleteTree(folder.Path);
            throw;
        }

        console.WriteWhole($"Report: {ReportWriter.Write(folder.Path)}");
    }

    private static string DefaultName(string file)
    {
        var name = new RunOptions { Name = Path.GetFileNameWithoutExtension(file) };
        return name.Problems().Count == 0 && name.Name.Length > 0 ? name.Name : "imported";
    }
}
