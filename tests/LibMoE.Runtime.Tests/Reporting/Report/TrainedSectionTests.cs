using LibMoE.Runtime.Hosting;
using LibMoE.Runtime.Reporting;

namespace LibMoE.Runtime.Tests.Reporting.Report;

/// <summary>The report says what was trained, on what, when, and by which program.</summary>
public sealed class TrainedSectionTests : IDisposable
{
    private readonly SampleStudy _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Steps_tokens_text_and_sizes_are_those_of_the_runs()
    {
        _folder.Finished("Dense", 0, 2).Finished("Smoe", 0, 2).Finished("Smoe", 1, 2);

        Assert.Equal("Dense, Smoe", Value("Variants"));
        Assert.Equal("0, 1", Value("Seeds"));
        Assert.Equal("600 of 16 sequences of 64 tokens", Value("Steps"));
        Assert.Equal("614,400 a run", Value("Tokens"));
        Assert.Equal("2 blocks of width 64, 4 heads, context 64, vocabulary 256", Value("Backbone"));
        Assert.Equal("width 128; width 128 in the dense baseline", Value("Dense FFN"));
        Assert.Equal("1,234,567, of which a token uses 109,312", Value("Parameters"));
        Assert.Equal("a text", Value("Text"));
    }

    [Fact]
    public void Program_commit_command_and_time_are_those_of_the_processes()
    {
        Sitting Of(string command, int hour, int? end) => new(
            command, "2.1+abc123", "1.0.0+def456", new(2026, 5, 1, hour, 0, 0, TimeSpan.Zero),
            end is { } to ? new(2026, 5, 1, to, 30, 0, TimeSpan.Zero) : null);
        _folder.Finished("Smoe", 0, 2)
            .Trained("Smoe", 0, new CellOrigin(6_400_000, 211_300, [Of("Mine study", 8, null), Of("Mine study --resume", 9, 10)]))
            .Finished("Smoe", 1, 2).Trained("Smoe", 1, new CellOrigin(6_400_000, 211_300, [Of("Mine study --resume", 10, 11)]));

        Assert.Equal("6,400,000 to train on, 211,300 held out", Value("Text, tokens"));
        Assert.Equal("`Mine study`; `Mine study --resume`", Value("Command"));
        Assert.Equal("2.1, commit `abc123`", Value("Program"));
        Assert.Equal("1.0.0, commit `def456`", Value("LibMoE"));
        Assert.Equal("2026-05-01 08:00:00 to not ended, or cut off", Value("When"));
    }

    [Theory]
    [InlineData("Mine --name a --Study:Grid:Training:LearningRate=0.1,0.2", "--name", "a", "--Study:Grid:Training:LearningRate=0.1,0.2")]
    [InlineData(@"Mine --prompt 'it'\''s a b' ''", "--prompt", "it's a b", "")]
    public void A_command_can_be_typed_again(string command, params string[] args) =>
        Assert.Equal(command, ProgramCommand.Of("Mine", args).Text);

    private string Value(string what)
    {
        var table = _folder.Report().Tables.Single(table => table.Id == "trained");
        return table.Columns[1].Cells[table.Columns[0].Cells.ToList().IndexOf(what)];
    }
}
