using System.Globalization;
using System.Text.RegularExpressions;

namespace LibMoE.Examples.Tests;

/// <summary>A model that answers questions on pictures, trained in stages, as a user does it.</summary>
public sealed partial class VisionLanguageTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public async Task The_quick_version_compares_answers_by_kind_of_question_with_what_can_be_said_without_looking()
    {
        var ended = await _session.Run("VisionLanguage", "--quick", "--threads", "2");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        Assert.Matches(@"Data: (easy-VQA|drawn shapes), [\d,]+ questions to learn from, [\d,]+ to be measured by\.", ended.Output);
        Assert.Matches(@"most frequent answer(\s+\d+\.\d){4}", ended.Output);
        Assert.Matches(@"question only(\s+\d+\.\d){4}", ended.Output);
        Assert.Equal(
            ["Dense", "SigmoidMoe", "Smoe", "XMoe"],
            Rows().Matches(ended.Output).Select(row => row.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.All(
            Rows().Matches(ended.Output),
            row => Assert.InRange(double.Parse(row.Groups[2].Value, CultureInfo.InvariantCulture), 0, 100));
        Assert.Equal(3, Directory.GetFiles(_session.PathOf("runs", "stages"), "model.safetensors", SearchOption.AllDirectories).Length);
        var report = await File.ReadAllTextAsync(_session.PathOf("runs", "vision-language", "report.html"));
        Assert.Contains("Which expert handled each patch", report, StringComparison.Ordinal);
        Assert.Contains("<span>encoder block 0</span>", report, StringComparison.Ordinal);
        Assert.Contains("Load by kind of token", report, StringComparison.Ordinal);
        Assert.Contains("Specialisation by kind of question", report, StringComparison.Ordinal);
    }

    [Fact, Trait("Category", "Campaign")]
    public async Task The_encoder_is_the_same_whichever_cell_needs_it_first()
    {
        var byCell = new List<byte[]>();
        foreach (var (name, seeds) in new[] { ("first", "0"), ("second", "1") })
        {
            var ended = await _session.Run(
                "VisionLanguage", "--quick", "--variants", "Dense", "--name", name, "--Training:Seed=" + seeds, "--threads", "1");

            Assert.Equal(0, ended.ExitCode);
            var stage = Directory.GetDirectories(_session.PathOf("runs", "stages"), "encoder", SearchOption.AllDirectories).Single();
            byCell.Add(await File.ReadAllBytesAsync(Directory.GetFiles(stage, "model.safetensors", SearchOption.AllDirectories).Single()));
            Directory.Delete(_session.PathOf("runs", "stages"), recursive: true);
        }

        Assert.Equal(byCell[0], byCell[1]);
    }

    [Fact, Trait("Category", "Campaign")]
    public async Task Mosaics_of_garments_are_asked_as_pope_does_or_said_to_be_missing()
    {
        var ended = await _session.Run(
            "VisionLanguage", "--task", "mosaics", "--variants", "Dense", "--quick", "--Training:ValidationSequences=90", "--threads", "2");

        Assert.Empty(ended.Errors);
        Assert.Equal(0, ended.ExitCode);
        if (ended.Output.Contains("Data: mosaics", StringComparison.Ordinal))
        {
            Assert.Matches(@"random\s+popular\s+adversarial", ended.Output);
            Assert.Matches(@"(?m)^\s*most frequent answer(\s+50\.0\s+\d+\.\d\s+\d+\.\d){3}\s*$", ended.Output);
            Assert.Matches(@"(?m)^\s*Dense(\s+\d+\.\d ± \d+\.\d\s+\d+\.\d\s+\d+\.\d){3}\s*$", ended.Output);
        }
        else
        {
            Assert.Contains("fashion_mnist/ is in none of the data folders (LIBMOE_DATA)", ended.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_task_that_there_is_not_is_refused_with_those_that_there_are()
    {
        var ended = await _session.Run("VisionLanguage", "--task", "mosaic");

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal(["error: --task (Task) is 'mosaic'; it must be one of easy-vqa, mosaics."], ended.Errors);
    }

    [GeneratedRegex(@"^\s*(Dense|Smoe|SigmoidMoe|XMoe)(?:\s+(\d+\.\d) ± \d+\.\d){4}\s*$", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
