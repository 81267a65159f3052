using LibMoE.Runtime.Tests;

namespace LibMoE.Tests.Hosting;

/// <summary>A user sees everything that is wrong with the settings at once, one line each, before anything is read or written.</summary>
public sealed class AllProblemsTests
{
    [Fact]
    public async Task Unknown_unreadable_and_wrong_settings_of_all_sections_are_listed_together()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"libmoe-never-made-{Guid.NewGuid():N}");

        var ran = await RunCommand.Run(
        [
            "train", "--steps", "0", "--learning-rate", "-1", "--Model:Dim=many", "--Model:Layer=3", "--Run:Name=a/b", $"--Run:Folder={folder}", "--Study:Seeds=0",
            "--allow-change", "Corpus",
        ]);

        Assert.Equal(2, ran.ExitCode);
        Assert.Equal("", ran.Output);
        Assert.Equal(
            [
                "--allow-change (Run:AllowChange) is 'Corpus'; it makes sense with Run:Resume only.",
                "--learning-rate (Training:LearningRate) is -1; it must be above 0.",
                "--name (Run:Name) is 'a/b'; it must be a folder name without separators.",
                "--steps (Training:Steps) is 0; it must be at least 1.",
                "Model:Dim is 'many'; it must be a whole number.",
                "Study:Seeds is 0; it must be from 1 to 1000.",
            ],
            ran.Errors.Select(line => line["error: ".Length..]).Where(line => !line.Contains("'Model:Layer'", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.StartsWith("error: 'Model:Layer' is not a setting; did you mean 'Layers'?", Assert.Single(ran.Errors, line => line.Contains("'Model:Layer'", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }
}
