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
    }

    [GeneratedRegex(@"^\s*(Dense|Smoe|SigmoidMoe|XMoe)(?:\s+(\d+\.\d) ± \d+\.\d){4}\s*$", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
