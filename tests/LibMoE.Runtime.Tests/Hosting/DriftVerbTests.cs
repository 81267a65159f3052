using Microsoft.Extensions.DependencyInjection;

namespace LibMoE.Runtime.Tests.Hosting;

/// <summary>Text of another kind is seen by the experts that work on it, live or from a file.</summary>
public sealed class DriftVerbTests : IDisposable
{
    private const int Window = 128;

    private static readonly ModelConfig Small = new() { Dim = 16, Layers = 2, Heads = 2, Hidden = 16, Context = 64, MatrixStd = 0.3 };
    private readonly HostedRun _host = new();

    public DriftVerbTests()
    {
        using var model = LanguageModel.Create(Small, MoeVariant.Of<HostedSmoe>(), seed: 3);
        ModelSaver.Save(model, new ByteTokenizer(), "model");
        File.WriteAllText("letters.txt", Text("abcdefgh", windows: 60, seed: 1));
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task Digits_after_letters_are_said_from_the_window_on_in_which_they_begin()
    {
        File.WriteAllText("mixed.txt", Text("abcdefgh", windows: 4, seed: 2) + Text("0123456789", windows: 3, seed: 2));

        Assert.Equal(0, await _host.Run(Arguments(text: "mixed.txt")));

        var lines = _host.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith("Windows of 128 tokens. Bounds, the largest of 30 windows of letters.txt: stability index 0.", lines[0]);
        var moved = lines.Where(line => line.Contains("other experts, stability index", StringComparison.Ordinal)).ToList();
        Assert.Equal(["tokens 512 to 639", "tokens 640 to 767", "tokens 768 to 895"], moved.Select(line => line.Split(':')[0]));
        Assert.StartsWith("7 windows, 3 with other experts, ", lines[^1]);
    }

    [Fact]
    public async Task The_standard_input_is_watched_as_it_comes()
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var builder = new MoeApplicationBuilder(Arguments(), output, error);
        builder.Services.AddSingleton(MoeVariant.Of<HostedSmoe>());
        builder.Services.AddSingleton<TextReader>(new StringReader(Text("0123456789", windows: 2, seed: 5)));

        Assert.Equal(0, await builder.Build().RunVerbAsync(default));
        Assert.Contains("2 windows, 2 with other experts", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_reference_a_missing_file_and_a_dense_model_are_refused()
    {
        File.WriteAllText("short.txt", Text("ab", windows: 19, seed: 1));
        using (var dense = LanguageModel.Create(Small, seed: 3))
        {
            ModelSaver.Save(dense, new ByteTokenizer(), "dense");
        }

        await Refused("has 2432 tokens; with windows of 128 it must have at least 2560.", Arguments(reference: "short.txt"));
        await Refused("The text none.txt cannot be read", Arguments(text: "none.txt"));
        await Refused("has no routers that pick experts for tokens", Arguments(model: "dense"));
        await Refused("is 0; it must be at least 1.", Arguments(window: 0));
        await Refused("is empty; it must be the path of a model.", ["drift", "--reference", "letters.txt"]);
    }

    private static string[] Arguments(
        string model = "model", string reference = "letters.txt", string text = "-", int window = Window) =>
        ["drift", "--model", model, "--reference", reference, "--text", text, "--window", $"{window}", "--threads", "1"];

    private async Task Refused(string sentence, string[] arguments)
    {
        Assert.Equal(ExitCode.Usage, await _host.Run(arguments));
        Assert.Contains(sentence, string.Concat(_host.Errors), StringComparison.Ordinal);
    }

    /// <summary>Lines of 63 characters drawn from some, so that a line has 64 tokens.</summary>
    private static string Text(string characters, int windows, int seed)
    {
        var random = new Random(seed);
        return string.Concat(
            Enumerable.Range(0, windows * Window / 64).Select(_ => new string(random.GetItems<char>(characters, 63)) + "\n"));
    }
}
