using LibMoE.Runtime.Tests.Training.Learners;
using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A program whose learner sees, after one study of it that is evaluated on a task with images. Its folder is the working
/// directory until it is disposed.</summary>
public sealed class ColourStudy : IAsyncLifetime
{
    private static readonly string[] Training =
    [
        "--threads", "1", "--batch", "16", "--learning-rate", "0.01", "--Training:Warmup=10", "--Training:ValidationSequences=36",
        "--Training:LogEvery=50", "--Analysis:Perturbations=false",
    ];

    private readonly string _home = Directory.GetCurrentDirectory();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("libmoe-colours-");

    /// <summary>What the study wrote on the screen.</summary>
    public string Output { get; private set; } = "";

    public async Task InitializeAsync()
    {
        Directory.SetCurrentDirectory(_folder.FullName);
        ColourQuestions.WriteTo(_folder.FullName);
        var (exitCode, output, errors) = await Run(
            ["study", "--name", "colours", "--steps", "150", .. Training, "--Evaluation:Tasks=task.json", "--Evaluation:Samples=true"]);
        Assert.True(exitCode == ExitCode.Done, output + string.Join('\n', errors));
        Output = output;
    }

    public Task DisposeAsync()
    {
        Directory.SetCurrentDirectory(_home);
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>A few steps of a study of another name.</summary>
    internal static string[] Short(string name) => ["study", "--name", name, "--steps", "2", .. Training];

    /// <summary>Runs a verb of the program.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="make">The program's learner; null takes the one that can be asked.</param>
    internal static async Task<(int ExitCode, string Output, string[] Errors)> Run(string[] args, Func<LearnerSetup, Learner>? make = null)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var builder = new MoeApplicationBuilder([.. args, "--Evaluation:Cache=cache"], output, error);
        builder.Services.AddSingleton(MoeVariant.Of<ColourMoe>());
        builder.UseLearner(make ?? (setup => ColourQuestions.Learner(setup)));
        var exitCode = await builder.Build().RunVerbAsync(default);
        return (exitCode, output.ToString(), error.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
