using LibMoE.Runtime.Hosting;
using LibMoE.Runtime.Hosting.Studies.Presets;
using LibMoE.Runtime.Hosting.Verbs;
using LibMoE.Runtime.Studies;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace LibMoE.Runtime;

/// <summary>Gathers what a program is made of: configuration, services, logging. <see cref="Build"/> adds the command line.</summary>
public sealed class MoeApplicationBuilder : IHostApplicationBuilder
{
    private const string SettingsFile = "appsettings.json";

    private readonly string[] _args;
    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly HostApplicationBuilder _host;
    private readonly List<string> _problems = [];

    internal MoeApplicationBuilder(string[] args, TextWriter output, TextWriter error)
    {
        (_args, _output, _error) = (args, output, error);
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            DisableDefaults = true,
            ContentRootPath = AppContext.BaseDirectory,
        });
        AddConfiguration();
        AddLogging();
        _host.Services.AddMoeRuntime(_host.Configuration, output);
        _host.Services.AddSingleton(new ErrorOutput(error));
        _host.Services.AddSingleton(ProgramCommand.Of(_host.Environment.ApplicationName, args));
    }

    /// <inheritdoc cref="HostApplicationBuilder.Configuration" />
    public IConfigurationManager Configuration => _host.Configuration;

    /// <inheritdoc />
    public IHostEnvironment Environment => _host.Environment;

    /// <inheritdoc />
    public ILoggingBuilder Logging => _host.Logging;

    /// <inheritdoc />
    public IMetricsBuilder Metrics => _host.Metrics;

    /// <inheritdoc />
    public IServiceCollection Services => _host.Services;

    /// <summary>The verbs of the command line, in the order that help lists them; the first is what runs when none is named. A program
    /// adds its own here.</summary>
    public IList<Verb> Verbs { get; } = [.. BuiltInVerbs.All];

    IDictionary<object, object> IHostApplicationBuilder.Properties => ((IHostApplicationBuilder)_host).Properties;

    /// <inheritdoc />
    public void ConfigureContainer<TContainerBuilder>(
        IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure = null)
        where TContainerBuilder : notnull => _host.ConfigureContainer(factory, configure);

    /// <summary>Makes the program train a learner of its own in the place of a language model on a corpus: <c>train</c>, <c>study</c>,
    /// <c>run-cell</c>, <c>collect</c>, <c>describe</c>, <c>report</c> and <c>watch</c> then work on it, and <c>evaluate</c> and
    /// <c>generate</c> where it can be asked (<see cref="Learner.Assistant"/>).</summary>
    /// <param name="make">Makes the learner of one cell: the mixture, or the dense baseline, with the cell's seed. It is called once more
    /// for each variant before anything is trained, to know its cost and its data.</param>
    /// <returns>The builder.</returns>
    public MoeApplicationBuilder UseLearner(Func<LearnerSetup, Learner> make)
    {
        _host.Services.AddSingleton(new LearnerMaker(make));
        return this;
    }

    /// <summary>Gives verbs options of the program's own, whose keys the program reads from <see cref="Configuration"/> when it makes its
    /// learner, and what <c>--quick</c> means in it.</summary>
    /// <param name="options">The options, which the verbs that read a section <c>Training</c> take; where a verb has one of that name, it
    /// keeps its own.</param>
    /// <param name="quick">Keys that <c>--quick</c> sets beside those of the verb, or in their place; null for none.</param>
    /// <returns>The builder.</returns>
    public MoeApplicationBuilder AddOptions(IReadOnlyList<VerbOption> options, IReadOnlyDictionary<string, string?>? quick = null)
    {
        for (var verb = 0; verb < Verbs.Count; verb++)
        {
            var names = Verbs[verb].Options.Select(option => option.Name).ToHashSet();
            Verbs[verb] = Verbs[verb].Sections.Contains("Training")
                ? new VerbWithOptions(
                    Verbs[verb], [.. options.Where(option => !names.Contains(option.Name))], quick ?? new Dictionary<string, string?>())
                : Verbs[verb];
        }

        return this;
    }

    /// <summary>Reads the command line, which overrides everything, and makes the program.</summary>
    /// <remarks>Nothing is thrown for what the user got wrong: <see cref="MoeApplication.RunAsync"/> reports it.</remarks>
    public MoeApplication Build()
    {
        var command = CommandLine.Parse(_args, [.. Verbs], key => _host.Configuration[key]);
        var before = SettingsOfRun(command);
        if (command.Quick)
        {
            _host.Configuration.AddInMemoryCollection(command.Verb!.Quick);
        }

        var named = command.Settings.GetValueOrDefault(StudyPresets.Key) ?? before.Given.GetValueOrDefault(StudyPresets.Key);
        var preset = StudyPresets.Find(named ?? _host.Configuration[StudyPresets.Key]);
        if (preset is not null)
        {
            _host.Configuration.AddInMemoryCollection(preset.Settings);
        }

        _host.Configuration.AddInMemoryCollection(before.Given);
        if (command.Quick)
        {
            _host.Configuration.AddInMemoryCollection(command.Verb!.Quick.Where(pair => before.Given.ContainsKey(pair.Key)));
        }

        _host.Configuration.AddInMemoryCollection(command.Settings);
        _host.Services.AddSingleton(RunSettings.Of(_host.Environment.ApplicationName, command, before, preset?.Settings));
        _problems.AddRange(command.Problems);
        if (command.Verb is { } verb)
        {
            _problems.AddRange(SettingsCheck.Problems(
                _host.Configuration, command.Settings.Keys, verb.Options.Select(option => option.Key.Split(':')[0])));
            _host.Services.AddSingleton(services => new VerbService(
                verb, services, services.GetRequiredService<IHostApplicationLifetime>(), _error));
            _host.Services.AddHostedService(services => services.GetRequiredService<VerbService>());
        }

        return new MoeApplication(_host.Build(), command with { Problems = _problems }, _output, _error);
    }

    /// <summary>What the run that is continued was begun with; a file of it that cannot be read is a problem like others.</summary>
    private RunSettings SettingsOfRun(CommandLine command)
    {
        try
        {
            return RunSettings.OfRun(command, _host.Environment.ApplicationName, key => _host.Configuration[key]);
        }
        catch (ConfigurationException wrong)
        {
            _problems.AddRange(wrong.Problems);
            return RunSettings.None(_host.Environment.ApplicationName);
        }
    }

    /// <summary>Later sources win: the file beside the program, the one in the working directory, the environment.</summary>
    private void AddConfiguration()
    {
        string[] folders = [AppContext.BaseDirectory, Directory.GetCurrentDirectory()];
        foreach (var file in folders.Select(folder => Path.GetFullPath(SettingsFile, folder)).Distinct())
        {
            try
            {
                _host.Configuration.AddJsonFile(file, optional: true, reloadOnChange: false);
            }
            catch (InvalidDataException invalid)
            {
                _problems.Add($"{file} is not valid JSON: {invalid.GetBaseException().Message}");
            }
        }

        _host.Configuration.AddEnvironmentVariables("LIBMOE_");
    }

    /// <summary>Warnings and errors only, each on one line of the error stream: the output belongs to the verb.</summary>
    private void AddLogging()
    {
        _host.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        // A step and a save end before the host gives up on the verb.
        _host.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(10));
        _host.Logging.SetMinimumLevel(LogLevel.Warning);
        _host.Logging.AddConfiguration(_host.Configuration.GetSection("Logging"));
        _host.Logging.AddSimpleConsole(console => console.SingleLine = true);
        _host.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
