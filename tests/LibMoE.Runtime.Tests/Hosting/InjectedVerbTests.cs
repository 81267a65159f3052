using System.Reflection;
using LibMoE.Runtime.Hosting.Verbs;
using Spectre.Console;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A verb is a class whose constructor takes what it needs.</summary>
public sealed class InjectedVerbTests
{
    public static TheoryData<Type> BuiltIn =>
        [.. typeof(BuiltInVerbs).Assembly.GetTypes().Where(type => type.IsClass && type.IsAssignableTo(typeof(IVerb)))];

    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void A_built_in_verb_names_what_it_needs_and_takes_no_service_provider(Type verb)
    {
        var needs = Assert.Single(verb.GetConstructors()).GetParameters().Select(parameter => parameter.ParameterType).ToList();

        Assert.NotEmpty(needs);
        Assert.DoesNotContain(typeof(IServiceProvider), needs);
        Assert.DoesNotContain(
            typeof(IServiceProvider),
            verb.GetMethods(Declared).SelectMany(method => method.GetParameters()).Select(parameter => parameter.ParameterType));
    }

    [Fact]
    public void Every_verb_of_the_table_is_such_a_class() =>
        Assert.Equal(BuiltIn.Count, BuiltInVerbs.All.Count(verb => verb.GetType().GetGenericTypeDefinition() == typeof(InjectedVerb<>)));

    [Fact]
    public async Task A_verb_gets_settings_and_services_and_what_is_missing_has_its_default()
    {
        var output = new StringWriter();
        var builder = new MoeApplicationBuilder(["tell", "--seed", "7"], output, new StringWriter());
        builder.Verbs.Add(Verb.Of<TellVerb>());

        var exitCode = await builder.Build().RunVerbAsync(default);

        Assert.Equal((ExitCode.Done, "seed 7, no dashboard\n"), (exitCode, output.ToString()));
    }

    [Fact]
    public async Task Problems_of_a_verb_are_found_beside_a_section_that_is_wrong()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var builder = new MoeApplicationBuilder(["doubt", "--seed", "7", "--Training:Steps=0"], output, error);
        builder.Verbs.Add(Verb.Of<DoubtVerb>());

        var exitCode = await builder.Build().RunVerbAsync(default);

        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.Equal(
            ["error: Run:Folder is not what it was.", "error: Training:Steps is 0; it must be at least 1."],
            error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_verb_can_be_made_by_hand() =>
        Assert.Equal(["Run:Folder is not what it was."], new DoubtVerb(new(() => throw new InvalidOperationException())).Problems());

    private sealed class TellVerb(TrainingConfig training, IAnsiConsole console, IDashboard? dashboard = null) : IVerb
    {
        public static string Name => "tell";

        public static string Description => "Tells what it was made of.";

        public static IReadOnlyList<VerbOption> Options { get; } = [new("--seed", "Training:Seed", "N", "The seed.")];

        public Task<int> RunAsync(CancellationToken stop)
        {
            console.WriteLine($"seed {training.Seed}, {(dashboard is null ? "no" : "a")} dashboard");
            return Task.FromResult(ExitCode.Done);
        }
    }

    private sealed class DoubtVerb(Lazy<TrainingConfig> training) : IVerb
    {
        public static string Name => "doubt";

        public static string Description => "Finds something wrong.";

        public static IReadOnlyList<VerbOption> Options { get; } = [new("--seed", "Training:Seed", "N", "The seed.")];

        public IReadOnlyList<string> Problems() => ["Run:Folder is not what it was."];

        public Task<int> RunAsync(CancellationToken stop) => Task.FromResult((int)training.Value.Seed);
    }
}
