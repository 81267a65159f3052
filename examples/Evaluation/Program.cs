// A dense model of 260,032 parameters that tells stories, and three mixtures made of it without any training, on BLiMP and five more
// benchmarks: every score with its standard error and what guessing gives, every difference with what it is worth.
using LibMoE;
using LibMoE.Runtime;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Occupations;

var builder = MoeApplication.CreateBuilder(args);
var evaluate = builder.Verbs.Single(verb => verb.Name == "evaluate");
builder.Verbs.Remove(evaluate);
builder.Verbs.Insert(0, evaluate);
builder.Verbs.Add(Verb.Of<OccupationsVerb>());
builder.Services.AddMoeVariants();
builder.Services.AddDashboard();

// Models that the program makes are what the verb evaluates where --checkpoint names none.
builder.Services.AddSingleton(new EvaluatedModel("stories260K", (_, type) => Stories260K.Load(builder.Configuration, type)));

// Four copies of each FFN: whatever the router picks, the mixture computes what the dense model does. The scores must be equal.
builder.Services.AddSingleton(Upcycled("Copies", new UpcyclingOptions()));

// Noise of half the weights' deviation on each copy.
builder.Services.AddSingleton(Upcycled("NoisyCopies", new UpcyclingOptions { Noise = 0.5 }));

// Half of each copy's hidden units redrawn: what Drop-Upcycling starts its training from.
builder.Services.AddSingleton(Upcycled("HalfNew", new UpcyclingOptions { DropFraction = 0.5 }));

await builder.Build().RunAsync();

EvaluatedModel Upcycled(string name, UpcyclingOptions options) => new(name, (variants, type) =>
{
    using var dense = Stories260K.Load(builder.Configuration, type);
    var (tokenizer, mixture) = (dense.Tokenizer, Upcycler.Upcycle(dense.Model, variants.Single(), options).Model);
    return new LoadedModel(name, mixture, () => tokenizer, ModelHash.Of(mixture));
});

/// <summary>Four experts as wide as the model's own FFN, two of them for each token.</summary>
[MoeLayer, Experts<SwiGlu>(4), SoftmaxGate(TopK = 2), SwitchBalance(0.01)]
public sealed partial class FourCopies;

/// <summary>The model, from the data folder or its pinned address.</summary>
internal static class Stories260K
{
    private const string Address = "https://raw.githubusercontent.com/ytmytm/llama2.c64/12b5bec82eb980362b8a7bfe86992a552a492481/";

    private static readonly SourceFile[] Files =
    [
        new("stories260K/stories260K.bin")
        {
            Url = Address + "stories260K.bin", Sha256 = "b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696"
        },
        new("stories260K/tok512.bin")
        {
            Url = Address + "tok512.bin", Sha256 = "037cb335abb25d1fa9e8ecae30ed2a3a8ace9302862ebcdc05d51a6bbb10c312"
        },
    ];

    public static LoadedModel Load(IConfiguration configuration, TorchSharp.torch.ScalarType type)
    {
        var (data, offline) = (DataCache.Default(), configuration.GetValue<bool>("Evaluation:Offline"));
        var paths = Files.Select(file => new Downloader().FindAsync(file, data, offline).GetAwaiter().GetResult()).ToList();
        return ModelLoader.Load(paths[0], [], type);
    }
}
