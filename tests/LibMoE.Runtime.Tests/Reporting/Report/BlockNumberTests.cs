using System.Text.RegularExpressions;
using LibMoE.Runtime.Reporting.Report.Parts;
using LibMoE.Runtime.Reporting.Watching;
using LibMoE.Runtime.Studies;
using LibMoE.Runtime.Tests.Reporting.Watching;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>Of a model whose blocks 1 and 3 have mixtures, every output says 1 and 3:
/// numbers of the model's blocks, from 0, as Model:MoeBlocks has them.</summary>
public sealed partial class BlockNumberTests : IDisposable
{
    private static readonly int[] MoeBlocks = [1, 3];

    private readonly SampleStudy _folder = new() { Model = new ModelConfig { Layers = 4, MoeBlocks = MoeBlocks } };

    public BlockNumberTests() => _folder.Finished("Dense", 0, 2)
        .Finished("Smoe", 0, 2, new ExpertLoad([[10, 20, 30, 0], [15, 15, 14, 16]]))
        .Analysed(SampleAnalysis.Of("Smoe", 0, numbers: MoeBlocks));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Titles_and_names_of_charts_say_so()
    {
        var named = _folder.Report().Charts.SelectMany(chart => Number().Matches($"{chart.Title} {chart.Id}").Select(block => block.Value))
            .ToList();

        Assert.NotEmpty(named);
        Assert.Equal(["1", "3"], named.Distinct().Order());
    }

    [Theory]
    [InlineData("load-seed-0", "layer", "Smoe · 1,Smoe · 3")]
    [InlineData("expert-ablations", "layer", "Smoe · 1,Smoe · 3")]
    [InlineData("layer-similarity-smoe-seed-0", "block", "1,3")]
    [InlineData("layer-similarity-smoe-seed-0", "other", "1,3")]
    public void Rows_of_charts_say_so(string chart, string column, string words) =>
        Assert.Equal(words, string.Join(',', _folder.Report().Figures(chart)!.Words(column).Distinct()));

    [Theory]
    [InlineData("routing-figures")]
    [InlineData("top-tokens-smoe-seed-0")]
    public void Rows_of_tables_say_so(string table) =>
        Assert.Equal([1, 3], _folder.Report().Figures(table)!.Numbers("block").Distinct());

    [Fact]
    public void Load_over_time_and_saturation_say_so()
    {
        var report = _folder.Report();

        Assert.Equal(
            ["1", "3"], report.Figures("load-over-time-smoe-seed-0")!.Words("expert").Select(word => word.Split(" · ")[0]).Distinct());
        Assert.Equal(["block_1", "block_3"], report.Figures("saturation-top-1")!.Columns.Select(column => column.Name).Where(
            name => name.StartsWith("block", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_text_explorer_says_so() => Assert.Equal(
        MoeBlocks,
        Assert.Single(_folder.Report().Parts.OfType<TextExplorer>()).Texts[0]
            .ToJson()["blocks"]!.AsArray().Select(block => block!["block"]!.GetValue<int>()));

    [Fact]
    public void TensorBoard_says_so()
    {
        var folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "watched"));
        using (var log = new TensorBoardLog(CellFolder.At(folder.FullName), _folder.Model.MoeBlockNumbers, TimeProvider.System))
        {
            log.Report(_folder.Read().Cells.Single(cell => cell.Variant == "Smoe").Progress[0]);
        }

        var tags = EventFileTests.Read(folder.GetFiles().Single().FullName)
            .SelectMany(message => message.Summary?.Value.Select(value => value.Tag) ?? []);
        Assert.Equal(["block-1", "block-3"], tags.SelectMany(tag => tag.Split('/')).Where(
            part => part.StartsWith("block-", StringComparison.Ordinal)).Distinct());
    }

    [GeneratedRegex(@"(?<=block[ -])\d+")]
    private static partial Regex Number();
}
