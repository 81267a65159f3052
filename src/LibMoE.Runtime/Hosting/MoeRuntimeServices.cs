using LibMoE.Runtime.Hosting.Analyses;
using LibMoE.Runtime.Hosting.Evaluations;
using LibMoE.Runtime.Hosting.Studies;
using LibMoE.Runtime.Reporting;
using LibMoE.Runtime.Reporting.Tracking;
using LibMoE.Runtime.Reporting.Watching;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Spectre.Console;

namespace LibMoE.Runtime.Hosting;

/// <summary>Registers what verbs work with.</summary>
internal static class MoeRuntimeServices
{
    private const int RedirectedWidth = 120;

    /// <summary>Registers settings, the screen and the runners.</summary>
    public static void AddMoeRuntime(this IServiceCollection services, IConfiguration configuration, TextWriter output)
    {
        foreach (var section in SettingsSection.All)
        {
            section.AddTo(services, configuration);
        }

        var console = CreateConsole(output);
        services.AddSingleton(console);
        services.AddSingleton<IStudyDisplay>(provider => console.Profile.Capabilities is { Ansi: true, Interactive: true }
            ? new TerminalDisplay(console)
            : new PlainDisplay(output, TimeSpan.FromSeconds(provider.GetRequiredService<WatchOptions>().SecondsBetweenLines)));
        services.AddSingleton(_ => Console.In);
        services.AddSingleton<Interruption>();
        services.AddTransient(typeof(Lazy<>), typeof(LazyService<>));
        services.AddMetrics();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<TrainingMeter>();
        services.AddSingleton<TrainingTraces>();
        services.AddSingleton<TelemetryExport>();
        services.AddSingleton<CellWatchers>();
        services.AddSingleton<RankTeam>();
        services.AddSingleton<CellRunner>();
        services.AddSingleton<CellLoop>();
        services.AddSingleton<StudyPlans>();
        services.AddSingleton<PlanProblems>();
        services.AddSingleton<StudyRunner>();
        services.AddSingleton<SearchPlans>();
        services.AddSingleton<SearchRunner>();
        services.AddSingleton<MadeModelTraining>();
        services.AddSingleton<Collection>();
        services.AddSingleton<AnalysisRunner>();
        services.AddSingleton(_ => DataCache.Default());
        services.AddSingleton<LearnerLoader>();
        services.AddSingleton<PublishedModels>();
        services.AddSingleton<EvaluationRunner>();
        services.AddSingleton<CellEvaluation>();
    }

    /// <summary>A terminal, with colours unless NO_COLOR is set; or plain text of a fixed width where the output is redirected.</summary>
    private static IAnsiConsole CreateConsole(TextWriter output)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }
}
