using LibMoE.Runtime.Tests.Training.Resuming;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>A user sees everything that is wrong with the settings at once, one line each, before anything is read or written.</summary>
public sealed class AllProblemsTests
{
    [Fact]
    public async Task Unknown_unreadable_and_wrong_settings_of_all_sections_are_listed_together()
    {
        var folder = Path.Combine(Path.GetTempPath(), $"libmoe-never-made-{Guid.NewGuid():N}");

        var ran = await RunCommand.Run(
        [
            "train", "--steps", "0", "--learning-rate", "-1", "--Model:Dim=many", "--Model:Layer=3", "--Run:Name=a/b",
            $"--Run:Folder={folder}", "--Study:Seeds=0",
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
            ran.Errors.Select(line => line["error: ".Length..])
                .Where(line => !line.Contains("'Model:Layer'", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.StartsWith("error: 'Model:Layer' is not a setting; did you mean 'Layers'?",
            Assert.Single(ran.Errors, line => line.Contains("'Model:Layer'", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.False(Directory.Exists(folder));
    }

    [Fact]
    public async Task What_does_not_fit_together_is_listed_with_what_is_wrong_in_itself()
    {
        var folder = Path.Combine(Path.GetTempPath(), "libmoe-never-made");

        var ran = await RunCommand.Run(
        [
            "study", "--variants", "Smo,Dense,Q", "--corpus", Path.Combine(folder, "text.txt"), "--tokenizer", "bpe:300",
            "--Training:Clip=-1", "--Study:Grid:Training:Steps=0,many",
            "--Evaluation:Tasks=blimpp,pica", $"--Run:Folder={folder}", "--preset", "architecture",
        ]);

        Assert.Equal(2, ran.ExitCode);
        string[] expected =
        [
            "--variants (Study:Variants) names 'Q', which is not a variant; allowed: Dense",
            "--variants (Study:Variants) names 'Smo', which is not a variant; ",
            "Evaluation:Tasks names 'blimpp', which is not a task; did you mean 'blimp'?",
            "Evaluation:Tasks names 'pica', which is not a task; did you mean 'piqa'?",
            "Model:Vocabulary is 256; the tokenizer bpe:300 needs at least 300.",
            "Study:Grid:Training:Steps is 'many'; it must be a whole number.",
            $"The corpus {Path.Combine(folder, "text.txt")} does not exist; name a file",
            "Training:Clip is -1; it must be",
        ];
        Assert.All(
            expected, problem => Assert.Single(ran.Errors, error => error.StartsWith("error: " + problem, StringComparison.Ordinal)));
        Assert.Equal(expected.Length, ran.Errors.Count);
        Assert.False(Directory.Exists(folder));
    }
}
