using System.Text.Json;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Golden;

/// <summary>One float64 reference case of golden.json: parameters, input, and what has to come out.</summary>
internal sealed class GoldenCase
{
    private readonly JsonElement _case;

    private GoldenCase(JsonElement element) => _case = element;

    public string Name => _case.GetProperty("name").GetString()!;

    public string Declaration => _case.GetProperty("declaration").GetString()!;

    public MoeShape Shape => new(Int("D"), Int("H")) { DType = ScalarType.Float64 };

    public IReadOnlyDictionary<string, Tensor> Parameters =>
        _case.GetProperty("parameters").EnumerateObject().ToDictionary(property => property.Name, property => Numbers(property.Value));

    public Tensor Input => Numbers(_case.GetProperty("input"));

    public Tensor Output => Numbers(_case.GetProperty("output"));

    public Tensor Logits => Numbers(_case.GetProperty("logits"));

    public Tensor Weights => Numbers(_case.GetProperty("weights"));

    public Tensor Experts => Numbers(_case.GetProperty("experts")).to(ScalarType.Int64);

    public Tensor TokensPerExpert => Numbers(_case.GetProperty("tokensPerExpert")).to(ScalarType.Int64);

    public IReadOnlyDictionary<string, double> Losses =>
        _case.GetProperty("losses").EnumerateObject().ToDictionary(property => property.Name, property => property.Value.GetDouble());

    public static GoldenCase Load(string name) => All().Single(golden => golden.Name == name);

    public static IReadOnlyList<GoldenCase> All()
    {
        using var stream = typeof(GoldenCase).Assembly.GetManifestResourceStream("golden.json")!;
        return [.. JsonDocument.Parse(stream).RootElement.GetProperty("cases").EnumerateArray().Select(element => new GoldenCase(element))];
    }

    /// <summary>Asserts everything that the case knows, to a tolerance relative to the largest number of each tensor.</summary>
    public void AssertReproducedBy(MoeOutput output, double tolerance)
    {
        Near.Assert(Output, output.Hidden.reshape(Output.shape), tolerance, "output");
        Near.Assert(Logits, output.Routing.Logits!, tolerance, "logits");
        Near.Assert(Weights, output.Routing.Weights, tolerance, "weights");
        Assert.Equal(Experts.data<long>().ToArray(), output.Routing.Experts!.contiguous().data<long>().ToArray());
        Assert.Equal(TokensPerExpert.data<long>().ToArray(), output.Routing.TokensPerExpert!.contiguous().data<long>().ToArray());
        Assert.Equal(Losses.Keys.Order(StringComparer.Ordinal), output.Routing.Losses.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, value) in Losses)
        {
            Near.Assert(tensor(value), output.Routing.Losses[key], tolerance, key);
        }
    }

    private int Int(string name) => _case.GetProperty(name).GetInt32();

    private static Tensor Numbers(JsonElement element)
    {
        var shape = new List<long>();
        for (var inner = element; inner.ValueKind == JsonValueKind.Array; inner = inner[0])
        {
            shape.Add(inner.GetArrayLength());
        }

        return tensor(Flat(element).ToArray(), shape.ToArray(), ScalarType.Float64);
    }

    private static IEnumerable<double> Flat(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray().SelectMany(Flat) : [element.GetDouble()];
}
