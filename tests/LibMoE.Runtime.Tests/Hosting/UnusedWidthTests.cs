namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>Whoever gives a width expects a model of that width, or a word that there will be none.</summary>
public sealed class UnusedWidthTests : IDisposable
{
    private const string Refused =
        "Model:Hidden is 24, and nothing has that width: all experts declare their own, and Dense takes the width that gives it as many "
        + "active parameters as a mixture; remove Model:Hidden, or set Study:DenseWidth=Model to give it to Dense.";

    private readonly HostedRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("study", "--variants", "Dense", "--Model:Hidden=24")]
    [InlineData("study", "--Model:Hidden=24")]
    [InlineData("study", "--Study:Grid:Model:Hidden=24")]
    [InlineData("train", "--Model:Hidden=24")]
    [InlineData("search", "--Study:Grid:Training:LearningRate=0.001,0.003", "--Model:Hidden=24")]
    public async Task A_width_that_no_model_would_have_is_refused_before_anything_is_made(params string[] command)
    {
        Assert.Equal(ExitCode.Usage, await _run.Run([command[0], .. HostedRun.Tiny(command[1..])]));

        Assert.Contains(_run.Errors, error => error.Contains(Refused, StringComparison.Ordinal));
        Assert.False(_run.LeftARun);
    }

    [Fact]
    public async Task Describe_refuses_it_as_well()
    {
        Assert.Equal(ExitCode.Usage, await _run.Run("describe", "--variants", "Dense", "--Model:Hidden=24"));

        Assert.Contains(_run.Errors, error => error.Contains(Refused, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_learner_of_the_programs_own_has_no_width_of_the_model()
    {
        var ended = await ColourStudy.Run(["describe", "--Study:DenseWidth=Model"]);

        Assert.Equal(ExitCode.Usage, ended.ExitCode);
        Assert.Contains(
            ended.Errors,
            error => error.Contains(
                "Study:DenseWidth is Model, and this program's learner makes Dense as wide as equal active parameters ask for; remove it.",
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_the_width_of_the_model_the_baseline_has_it()
    {
        string[] wide = ["--variants", "Dense", "--Model:Hidden=24", "--Study:DenseWidth=Model", "--name", "wide"];
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny(wide)]));

        var model = new ModelConfig { Dim = 16, Heads = 2, Layers = 1, Hidden = 24 };
        Assert.Equal(
            ModelCost.TotalParameters(model, null), Assert.Single(StudyResults.Read("runs/wide").Variants).TotalParameters);
    }

    [Fact]
    public async Task A_width_that_experts_have_is_welcome_and_moves_the_baseline_with_them()
    {
        MoeVariant[] declared = [MoeVariant.Of<HostedSmoe>(), MoeVariant.Of<WidthOfTheModel>()];
        string[] study = ["study", .. HostedRun.Tiny("--variants", "Dense,WidthOfTheModel", "--Model:Hidden=24", "--name", "both")];
        Assert.Equal(ExitCode.Done, await _run.Run(declared, study));

        var (dense, mixture) = (StudyResults.Read("runs/both").Variants[0], StudyResults.Read("runs/both").Variants[1]);
        // Half of the 8 hidden units to which the width is rounded.
        Assert.InRange(dense.ActiveParameters - mixture.ActiveParameters, -4 * 3 * 16, 4 * 3 * 16);
        Assert.Equal(ExitCode.Done, await _run.Run(declared, ["describe", "--variants", "HostedSmoe", "--Model:Hidden=24"]));
    }

    [Fact]
    public async Task A_run_that_was_begun_with_one_goes_on()
    {
        Assert.Equal(ExitCode.Done, await _run.Run(["study", .. HostedRun.Tiny("--variants", "Dense", "--name", "old")]));

        string[] again = ["study", .. HostedRun.Tiny("--variants", "Dense", "--name", "old", "--resume", "--Model:Hidden=24")];
        Assert.Equal(ExitCode.Done, await _run.Run(again));
    }
}

/// <summary>Experts that declare no width.</summary>
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class WidthOfTheModel;
