using System.Text.Json;

namespace LibMoE.Runtime.Tests.Reporting;

public sealed class StudyResultsTests
{
    private static readonly string[] FigureKeys =
    [
        "structureHash", "totalParameters", "activeParameters", "flopsPerToken", "trainLoss", "validationLoss", "validationLossStdErr",
        "perplexityPerByte", "tokensPerSecond", "loadCv", "deadExperts", "metrics", "tasks",
    ];

    private static readonly MachineInfo Machine = new("Linux", "a processor", 2, 1, "2.10.0", "10.0.12");

    private static readonly Corpus Corpus = Corpus.Split("a text", [new("a", "one"), new("b", "two")]);

    private static readonly TrainingResult[] Runs =
    [
        Run.Of("Dense", 0, [2.0, 3.0], tokensPerSecond: 100),
        Run.Of("Smoe", 0, [1.0, 2.0], tokensPerSecond: 50, load: new ExpertLoad([[0, 2], [1, 1]])),
        Run.Of("Dense", 1, [4.0, 5.0], tokensPerSecond: 300),
        Run.Of("Smoe", 1, [1.0, 4.0], tokensPerSecond: 150, load: new ExpertLoad([[1, 1], [1, 1]])),
    ];

    private static readonly StudyResults Results = StudyResults.Of(Runs, Machine, Corpus);

    [Fact]
    public void The_file_has_exactly_the_documented_keys_in_their_order()
    {
        using var json = JsonDocument.Parse(Results.ToJson());

        Assert.Equal(["schema", "variants", "machine", "corpus"], Keys(json.RootElement));
        Assert.Equal(1, json.RootElement.GetProperty("schema").GetInt32());
        Assert.Equal(["os", "cpu", "cores", "threads", "libtorch", "dotnet", "device"], Keys(json.RootElement.GetProperty("machine")));
        Assert.Equal(["name", "sha256"], Keys(json.RootElement.GetProperty("corpus")));
        foreach (var variant in json.RootElement.GetProperty("variants").EnumerateArray())
        {
            Assert.Equal(["name", .. FigureKeys, "seeds"], Keys(variant));
            Assert.All(variant.GetProperty("seeds").EnumerateArray(), seed => Assert.Equal(["seed", .. FigureKeys], Keys(seed)));
        }
    }

    [Fact]
    public void Figures_of_a_variant_are_means_over_its_seeds()
    {
        var smoe = Results.Variants.Single(variant => variant.Name == "Smoe");

        Assert.Equal(2.0, smoe.ValidationLoss, 1e-12);
        Assert.Equal(2.1, smoe.TrainLoss, 1e-12);
        // Over sequences 0.01 and 0.02, over the seeds' 1.5 and 2.5 a standard error of 0.5.
        Assert.Equal(Math.Sqrt(0.015 * 0.015 + 0.5 * 0.5), smoe.ValidationLossStdErr, 1e-12);
        Assert.Equal((Math.Exp(1.5) + Math.Exp(2.5)) / 2, smoe.PerplexityPerByte, 1e-12);
        Assert.Equal(100, smoe.TokensPerSecond, 1e-12);
        Assert.Equal(0.25, smoe.LoadCv!.Value, 1e-12);
        Assert.Equal(0.5, smoe.DeadExperts!.Value, 1e-12);
    }

    [Fact]
    public void A_dense_model_has_no_balance()
    {
        var dense = Results.Variants[0];

        Assert.Equal("Dense", dense.Name);
        Assert.Null(dense.LoadCv);
        Assert.Null(dense.DeadExperts);
    }

    [Fact]
    public void What_is_written_can_be_read_even_if_a_run_diverged()
    {
        var folder = Directory.CreateTempSubdirectory("libmoe-results-");
        try
        {
            var diverged = StudyResults.Of([Run.Of("Dense", 0, [double.NaN])], Machine, Corpus);
            File.WriteAllText(Path.Combine(folder.FullName, StudyResults.FileName), diverged.ToJson());

            var read = StudyResults.Read(folder.FullName);
            Assert.True(double.IsNaN(read.Variants[0].Seeds[0].ValidationLoss));
            Assert.Equal(Machine, read.Machine);
            Assert.Equal(diverged.Corpus, read.Corpus);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_file_that_holds_something_else_is_named()
    {
        var folder = Directory.CreateTempSubdirectory("libmoe-results-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, StudyResults.FileName), """{ "schema": 1 }""");
            Assert.Contains(
                folder.FullName, Assert.Throws<InvalidDataException>(() => StudyResults.Read(folder.FullName)).Message,
                StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> Keys(JsonElement element) => element.EnumerateObject().Select(property => property.Name);
}
