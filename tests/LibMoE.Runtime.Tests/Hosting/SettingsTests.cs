using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Tests.Hosting;

public sealed class SettingsTests : IDisposable
{
    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public void The_command_line_beats_the_environment_and_that_beats_appsettings()
    {
        File.WriteAllText("appsettings.json", """{ "Training": { "Steps": 11, "Batch": 12, "Warmup": 13 } }""");
        using var environment = new EnvironmentVariables(("LIBMOE_Training__Steps", "21"), ("LIBMOE_Training__Batch", "22"));

        var training = Bound<TrainingConfig>("--steps", "31");

        Assert.Equal((31, 22, 13), (training.Steps, training.Batch, training.Warmup));
    }

    [Fact]
    public void Quick_gives_way_to_what_is_said_outright()
    {
        File.WriteAllText("appsettings.json", """{ "Training": { "Steps": 11 } }""");

        Assert.Equal(60, Bound<TrainingConfig>("--quick").Steps);
        Assert.Equal(5, Bound<TrainingConfig>("--quick", "--steps", "5").Steps);
    }

    [Fact]
    public void Numbers_are_read_with_a_decimal_point_whatever_the_culture()
    {
        var culture = System.Globalization.CultureInfo.CurrentCulture;
        System.Globalization.CultureInfo.CurrentCulture = System.Globalization.CultureInfo.GetCultureInfo("de-DE");
        try
        {
            Assert.Equal(0.25, Bound<TrainingConfig>("--learning-rate", "0.25").LearningRate);
        }
        finally
        {
            System.Globalization.CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public async Task A_mistyped_key_is_refused_wherever_it_stands()
    {
        File.WriteAllText("appsettings.json", """{ "Model": { "Dmi": 8 } }""");
        using var environment = new EnvironmentVariables(("LIBMOE_Training__Stpes", "5"), ("LIBMOE_Trianing__Steps", "5"));

        Assert.Equal(ExitCode.Usage, await _run.Run("describe", "--Studdy:Seeds=2", "--Model:RotaryScaling:Factr=2"));
        Assert.Collection(
            _run.Errors,
            error => Assert.StartsWith("error: 'Studdy:Seeds' is not a setting: there is no section 'Studdy'; did you mean 'Study'?",
                error, StringComparison.Ordinal),
            error => Assert.StartsWith("error: 'Trianing:Steps' is not a setting: there is no section 'Trianing'; did you mean 'Training'?",
                error, StringComparison.Ordinal),
            error => Assert.StartsWith("error: 'Model:Dmi' is not a setting; did you mean 'Dim'?", error, StringComparison.Ordinal),
            error => Assert.StartsWith(
                "error: 'Model:RotaryScaling:Factr' is not a setting; did you mean 'Factor'?", error, StringComparison.Ordinal),
            error => Assert.StartsWith("error: 'Training:Stpes' is not a setting; did you mean 'Steps'?", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--steps", "many", "error: --steps (Training:Steps) is 'many'; it must be a whole number.")]
    [InlineData("--steps", "99999999999", "error: --steps (Training:Steps) is '99999999999'; it must be a whole number.")]
    [InlineData("--learning-rate", "0,005",
        "error: --learning-rate (Training:LearningRate) is '0,005'; it must be a number, such as 0.005.")]
    [InlineData("--Model:TieEmbeddings", "perhaps", "error: Model:TieEmbeddings is 'perhaps'; it must be true or false.")]
    [InlineData("--Model:Norm", "Batch", "error: Model:Norm is 'Batch'; it must be one of Rms, Layer.")]
    [InlineData("--Model:RotaryScaling", "Llama3",
        "error: Model:RotaryScaling is 'Llama3'; it has settings of its own, such as Model:RotaryScaling:Kind.")]
    [InlineData("--Model:RotaryScaling:Kind", "Ntk", "error: Model:RotaryScaling:Kind is 'Ntk'; it must be one of Linear, Llama3, Yarn.")]
    public async Task A_value_of_the_wrong_kind_is_refused(string option, string value, string error)
    {
        Assert.Equal(ExitCode.Usage, await _run.Run("study", option, value));
        Assert.Equal([error], _run.Errors);
    }

    [Fact]
    public async Task All_values_out_of_range_are_listed_together()
    {
        Assert.Equal(ExitCode.Usage, await _run.Run("study", "--steps", "0", "--seeds", "0", "--Model:Layers=0", "--name", "a/b"));

        Assert.Equal(4, _run.Errors.Length);
        Assert.Contains("error: Model:Layers is 0; it must be at least 1.", _run.Errors);
        Assert.Contains(
            _run.Errors, error => error.StartsWith("error: --steps (Training:Steps) is 0; it must be", StringComparison.Ordinal));
        Assert.Contains("error: --seeds (Study:Seeds) is 0; it must be from 1 to 1000.", _run.Errors);
        Assert.Contains("error: --name (Run:Name) is 'a/b'; it must be a folder name without separators.", _run.Errors);
        Assert.False(_run.LeftARun);
    }

    [Fact]
    public async Task A_settings_file_that_is_not_JSON_is_named()
    {
        File.WriteAllText("appsettings.json", "{ Training");

        Assert.Equal(ExitCode.Usage, await _run.Run("describe"));
        Assert.Contains("appsettings.json is not valid JSON", Assert.Single(_run.Errors), StringComparison.Ordinal);
    }

    private static T Bound<T>(params string[] args)
        where T : notnull
    {
        using var application = new MoeApplicationBuilder(args, TextWriter.Null, TextWriter.Null).Build();
        return application.Services.GetRequiredService<T>();
    }

    private sealed class EnvironmentVariables : IDisposable
    {
        private readonly (string Name, string Value)[] _variables;

        public EnvironmentVariables(params (string Name, string Value)[] variables)
        {
            _variables = variables;
            foreach (var (name, value) in variables)
            {
                Environment.SetEnvironmentVariable(name, value);
            }
        }

        public void Dispose()
        {
            foreach (var (name, _) in _variables)
            {
                Environment.SetEnvironmentVariable(name, null);
            }
        }
    }
}
