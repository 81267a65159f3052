using LibMoE.Runtime;
using Spectre.Console;

namespace Domains;

/// <summary>A study whose last lines say which of the figures that were asked for were reached, and which were missed.</summary>
internal sealed class StudyWithCriteria(Verb study, Func<IReadOnlyList<ICriterion>> criteria) : Verb
{
    public override string Name => study.Name;

    public override string Description => study.Description;

    public override IReadOnlyList<VerbOption> Options => study.Options;

    public override IReadOnlyList<string> Sections => study.Sections;

    public override IReadOnlyDictionary<string, string?> Quick => study.Quick;

    /// <summary>Takes the place of the study among a program's verbs.</summary>
    public static void TakePlace(IList<Verb> verbs, params ICriterion[] criteria) => TakePlace(verbs, () => criteria);

    /// <summary>The same where what is asked for follows from settings, which are known when the study ends.</summary>
    public static void TakePlace(IList<Verb> verbs, Func<IReadOnlyList<ICriterion>> criteria)
    {
        var place = verbs.Index().Single(verb => verb.Item.Name == "study").Index;
        verbs[place] = new StudyWithCriteria(verbs[place], criteria);
    }

    public override IReadOnlyList<string> Problems(IServiceProvider services) => study.Problems(services);

    public override async Task<int> RunAsync(IServiceProvider services, CancellationToken stop)
    {
        var begun = DateTime.UtcNow;
        var code = await study.RunAsync(services, stop);
        if (code == ExitCode.Done && Newest(((RunOptions)services.GetService(typeof(RunOptions))!).Folder, begun) is { } folder)
        {
            var (results, console) = (StudyResults.Read(folder), (IAnsiConsole)services.GetService(typeof(IAnsiConsole))!);
            foreach (var criterion in criteria())
            {
                console.WriteLine(criterion.Of(results));
            }
        }

        return code;
    }

    /// <summary>The folder of the results that were written since then.</summary>
    private static string? Newest(string runs, DateTime begun) => !Directory.Exists(runs) ? null
        : Path.GetDirectoryName(Directory.GetFiles(runs, StudyResults.FileName, SearchOption.AllDirectories)
            .Where(path => File.GetLastWriteTimeUtc(path) >= begun).MaxBy(File.GetLastWriteTimeUtc));
}
