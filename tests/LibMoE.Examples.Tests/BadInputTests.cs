using System.Runtime.Intrinsics.X86;

namespace LibMoE.Examples.Tests;

/// <summary>Wrong input ends with exit code 2 and one line that says what is wrong and what is allowed; nothing is left behind.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly UserSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public Task An_unknown_verb() => AssertRefused("error: 'studdy' is not a verb; did you mean 'study'? (allowed: study, train, search, "
        + "upcycle, merge, finetune, generate, chat, export, evaluate, describe, plan, run-cell, collect, analyze, report, watch, runs, "
        + "serve, audit, drift).",
        "studdy");

    [Fact]
    public Task An_unknown_option() =>
        AssertRefusedWith(
            "error: '--stesp' is not an option of 'train'; did you mean '--steps'? (allowed: --variant, ", "train", "--stesp", "5");

    [Fact]
    public Task An_unknown_setting() =>
        AssertRefusedWith("error: 'Training:Setps' is not a setting; did you mean 'Steps'? (allowed: ", "--Training:Setps=5");

    [Fact]
    public Task An_unknown_variant() => AssertRefused(
        "error: --variants (Study:Variants) names 'Smoo', which is not a variant; did you mean 'Smoe'? "
        + "(allowed: Dense, Smoe, SigmoidMoe, CosineMoe, PerturbedCosineMoe, HyperMoe).",
        "--variants", "Smoo");

    [Fact]
    public Task Zero_steps() => AssertRefused("error: --steps (Training:Steps) is 0; it must be at least 1.", "--steps", "0");

    [Fact]
    public Task A_number_that_is_none() =>
        AssertRefused("error: --batch (Training:Batch) is 'some'; it must be a whole number.", "--batch", "some");

    [SkippableFact]
    public async Task Matmuls_that_do_not_exist()
    {
        Skip.IfNot(Avx512F.IsSupported, "without AVX-512 there is one float32 matmul");
        var ended = await _session.Run(
            "Quickstart", ["train", "--steps", "1"], new Dictionary<string, string?> { ["LIBMOE_FLOAT32_PRODUCTS"] = "MKL" });
        Assert.Equal(
            ["error: LIBMOE_FLOAT32_PRODUCTS: 'MKL' names no float32 matmuls: Blas or Panel is allowed for all sizes, or three of them "
                + "with commas between, for small, middle and large products."],
            ended.Errors);
        Assert.Equal(2, ended.ExitCode);
    }

    [Fact]
    public Task A_missing_corpus() => AssertRefused(
        "error: The corpus nowhere does not exist; name a file, or a folder of .txt, .md, .jsonl, .ndjson, .json, .parquet files "
            + "(all but .parquet also as .gz).", "--corpus", "nowhere");

    [Fact]
    public Task An_empty_corpus()
    {
        File.WriteAllText(_session.PathOf("empty.txt"), "");
        return AssertRefused("error: The corpus file empty.txt is empty; it takes UTF-8 text.", "--corpus", "empty.txt");
    }

    [Fact]
    public Task A_folder_without_text()
    {
        Directory.CreateDirectory(_session.PathOf("nothing"));
        return AssertRefused(
            "error: The corpus nothing is empty: the folder holds no .txt, .md, .jsonl, .ndjson, .json, .parquet file (nor one of these "
            + "as .gz).",
            "--corpus", "nothing");
    }

    [Fact]
    public Task A_corpus_that_is_not_text()
    {
        File.WriteAllBytes(_session.PathOf("picture.txt"), [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00]);
        return AssertRefusedWith("error: The corpus file picture.txt, line 3, is not text: ", "--corpus", "picture.txt");
    }

    [Fact]
    public Task A_batch_larger_than_the_corpus()
    {
        File.WriteAllText(
            _session.PathOf("short.txt"), string.Concat(Enumerable.Range(0, 300).Select(line => $"Line {line} of a short text.\n")));
        return AssertRefusedWith("error: The corpus has ", "--corpus", "short.txt", "--batch", "5000");
    }

    [Fact]
    public Task A_model_that_cannot_be_built() => AssertRefused(
        "error: Model:Dim is 63, which 4 heads cannot share equally; choose a multiple of Model:Heads or set Model:HeadDim.",
        "--Model:Dim=63");

    private async Task AssertRefused(string error, params string[] args) => Assert.Equal(error, await ErrorOf(args));

    private async Task AssertRefusedWith(string error, params string[] args) =>
        Assert.StartsWith(error, await ErrorOf(args), StringComparison.Ordinal);

    private async Task<string> ErrorOf(string[] args)
    {
        var before = _session.Files.ToList();
        var ended = await _session.Run("Quickstart", args);

        Assert.Equal(2, ended.ExitCode);
        Assert.Equal("", ended.Output.Trim());
        Assert.Equal(before, _session.Files);
        return Assert.Single(ended.Errors);
    }
}
