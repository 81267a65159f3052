using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>People approve and refuse the use of a model, which a log keeps.</summary>
public sealed class AuditVerbTests : IDisposable
{
    private readonly HostedRun _host = new();

    public AuditVerbTests()
    {
        var config = new ModelConfig { Dim = 16, Layers = 1, Heads = 2, Hidden = 16, Context = 32 };
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(config, MoeVariant.Of<HostedSmoe>(), seed: 2);
        ModelSaver.Save(model, new ByteTokenizer(), "model");
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task The_log_says_who_approved_and_who_refused_which_model_and_why()
    {
        Assert.Equal(ExitCode.Done, await Audit("--approve", "model", "--who", "alice", "--reason", "its figures are good"));
        Assert.Equal(ExitCode.Done, await Audit("--refuse", "model", "--who", "bob", "--reason", "it repeats itself"));

        using var loaded = ModelLoader.Load("model", [MoeVariant.Of<HostedSmoe>()]);
        Assert.Equal(
            [("alice", "approve", "its figures are good"), ("bob", "refuse", "it repeats itself")],
            AuditLog.Verify("audit.jsonl").Entries.Select(entry => (entry.Who, entry.Action, entry.Reason)));
        Assert.All(AuditLog.Verify("audit.jsonl").Entries, entry => Assert.Equal(loaded.Sha256, entry.Details["sha256"]));
        var said = string.Join(' ', _host.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"bob refuse (model {loaded.Name}, sha256 {loaded.Sha256}): it repeats itself", said, StringComparison.Ordinal);
        Assert.Contains("2 entries, each as it was written", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--approve model --reason good", "Audit:Who) is empty; it must be the name of the person who decides, beside ")]
    [InlineData("--approve model --who alice", "Audit:Reason) is empty; it must be why, beside ")]
    [InlineData("--approve model --refuse model --who alice --reason both", "are both set; an entry says one of them.")]
    [InlineData("--who alice", "are of a decision; set ")]
    [InlineData("--approve nothing --who alice --reason good", "nothing")]
    public async Task A_word_that_is_not_whole_is_refused_and_not_written_down(string given, string message)
    {
        Assert.Equal(ExitCode.Usage, await Audit(given.Split(' ')));

        Assert.Contains(message, Assert.Single(_host.Errors), StringComparison.Ordinal);
        Assert.False(File.Exists("audit.jsonl"));
    }

    private Task<int> Audit(params string[] more) => _host.Run(["audit", "--log", "audit.jsonl", .. more]);
}
