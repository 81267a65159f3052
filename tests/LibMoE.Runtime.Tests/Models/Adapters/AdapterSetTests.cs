using LibMoE.Runtime.Models.Adapters;
using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Adapters;

/// <summary>Adapters change a model by their formula, and are all that trains.</summary>
public sealed class AdapterSetTests
{
    private static readonly ModelConfig Small = new()
    {
        Dim = 8,
        Layers = 2,
        Heads = 2,
        KeyValueHeads = 1,
        Hidden = 6,
        Context = 12,
        Vocabulary = 16,
        EmbeddingStd = 1,
        HeadStd = 0.5,
        RouterStd = 1,
    };

    private static readonly AdapterOptions PerExpert = new() { Rank = 3, Alpha = 6, Seed = 5 };

    public static TheoryData<MoeVariant?> Variants =>
    [
        null, MoeVariant.Of<SoftmaxSwiGluShared>(), MoeVariant.Of<BiasedLayer>(), MoeVariant.Of<LossFreeLayer>(), HandWrittenMoe.Variant(),
    ];

    public static TheoryData<ExpertAdapters> Sharings => [ExpertAdapters.PerExpert, ExpertAdapters.Shared];

    [Theory]
    [MemberData(nameof(Variants))]
    public void A_model_starts_and_ends_bit_for_bit_as_it_was(MoeVariant? variant)
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, variant, seed: 4);
        model.eval();
        var before = Bits(model);
        var trains = model.parameters().Select(parameter => parameter.requires_grad).ToList();
        using (var adapters = new AdapterSet(model, PerExpert))
        {
            using (no_grad())
            {
                adapters.Apply();
            }

            Assert.Equal(before, Bits(model));

            Shake(adapters);
            using (no_grad())
            {
                adapters.Apply();
            }

            Assert.NotEqual(before, Bits(model));
            adapters.Remove();
            Assert.Equal(before, Bits(model));
        }

        Assert.Equal(trains, model.parameters().Select(parameter => parameter.requires_grad));
    }

    [Theory]
    [MemberData(nameof(Sharings))]
    public void A_matrix_becomes_itself_plus_alpha_over_r_times_B_times_A(ExpertAdapters sharing)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4, dtype: ScalarType.Float64);
        var before = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        using var adapters = new AdapterSet(model, PerExpert with { Sharing = sharing });
        Shake(adapters);

        adapters.Apply();

        var values = adapters.state_dict();
        var after = model.state_dict();
        Assert.Equal(
            [2 * (4 + 2 + 2)], [values.Keys.Count(name => name.EndsWith("lora_A.weight", StringComparison.Ordinal)) * 1L]);
        foreach (var (name, value) in after)
        {
            var module = name.Replace(".weight", "", StringComparison.Ordinal);
            if (!values.ContainsKey($"{module}.lora_A.weight"))
            {
                Assert.Equal(Numbers(before[name]), Numbers(value));
                continue;
            }

            var (a, b) = (values[$"{module}.lora_A.weight"], values[$"{module}.lora_B.weight"]);
            var stacked = name.Contains("experts.", StringComparison.Ordinal);
            Assert.Equal(stacked && sharing == ExpertAdapters.PerExpert ? 3 : 2, a.dim());
            var expected = Plain(before[name], a, b, scale: 2, inputsFirst: !name.EndsWith(".weight", StringComparison.Ordinal));
            Assert.All(Numbers(value).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-12));
        }
    }

    [Fact]
    public void A_merged_projection_computes_what_the_two_paths_compute()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        using var adapters = new AdapterSet(model, PerExpert);
        Shake(adapters);
        using var draws = new Generator(3);
        var x_ND = randn([20, 8], generator: draws);
        foreach (var (name, expert) in new[] { ("blocks.0.attention.query.weight", -1), ("blocks.1.ffn.experts.down", 2) })
        {
            var module = name.Replace(".weight", "", StringComparison.Ordinal);
            var weight = Of(model.state_dict()[name], expert);
            var (a, b) = (Of(adapters.state_dict()[$"{module}.lora_A.weight"], expert),
                Of(adapters.state_dict()[$"{module}.lora_B.weight"], expert));
            var x = x_ND.narrow(1, 0, a.shape[1]);
            var inputsFirst = expert >= 0;
            var unmerged = x.matmul(inputsFirst ? weight : weight.T) + 2 * x.matmul(a.T).matmul(b.T);

            adapters.Apply();
            var merged = x.matmul(inputsFirst ? Of(model.state_dict()[name], expert) : model.state_dict()[name].T);

            // Float32: sums of 8 products in another order.
            Assert.True((merged - unmerged).abs().max().item<float>() < 1e-5 * unmerged.abs().max().item<float>());
            adapters.Remove();
        }

        static Tensor Of(Tensor stack, int expert) => expert < 0 ? stack : stack[expert];
    }

    [Theory]
    [MemberData(nameof(Sharings))]
    public void Gradients_are_those_of_finite_differences_in_float64(ExpertAdapters sharing)
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4, dtype: ScalarType.Float64);
        model.eval();
        using var adapters = new AdapterSet(model, PerExpert with { Sharing = sharing });
        Shake(adapters);
        var (ids_SL, labels_SL) = Sample();

        Loss(model, adapters, ids_SL, labels_SL).backward();

        const double step = 1e-6;
        var random = new Random(2);
        foreach (var (name, parameter) in adapters.named_parameters())
        {
            Assert.True(((Tensor)parameter).grad is not null, name);
            for (var sample = 0; sample < 3; sample++)
            {
                using var quiet = no_grad();
                var at = random.Next((int)parameter.numel());
                var place = ((Tensor)parameter).view(-1).narrow(0, at, 1);
                double Moved(double by)
                {
                    place.add_(by);
                    var loss = Loss(model, adapters, ids_SL, labels_SL).item<double>();
                    place.sub_(by);
                    return loss;
                }

                var expected = (Moved(step) - Moved(-step)) / (2 * step);
                var gradient = ((Tensor)parameter).grad!.view(-1)[at].item<double>();
                Assert.True(Math.Abs(expected - gradient) < 1e-7 + 1e-5 * Math.Abs(expected), $"{name}[{at}]: {gradient}, not {expected}");
            }
        }
    }

    [Fact]
    public void Gradients_are_the_same_where_blocks_are_computed_again_in_the_backward_pass()
    {
        using var scope = NewDisposeScope();
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        using var adapters = new AdapterSet(model, PerExpert);
        Shake(adapters);
        model.train();
        var (ids_SL, labels_SL) = Sample();
        Loss(model, adapters, ids_SL, labels_SL).backward();
        var kept = adapters.parameters().Select(parameter => Numbers(((Tensor)parameter).grad!)).ToList();
        foreach (Tensor parameter in adapters.parameters())
        {
            parameter.grad = null;
        }

        model.Recompute = true;
        Loss(model, adapters, ids_SL, labels_SL).backward();

        Assert.Equal(kept, adapters.parameters().Select(parameter => Numbers(((Tensor)parameter).grad!)));
    }

    [Fact]
    public void Only_the_adapters_get_gradients_and_no_tensor_outlives_a_step()
    {
        using var model = LanguageModel.Create(Small, MoeVariant.Of<LossFreeLayer>(), seed: 4);
        using var adapters = new AdapterSet(model, PerExpert);
        void Step()
        {
            using var scope = NewDisposeScope();
            var (ids_SL, labels_SL) = Sample();
            Loss(model, adapters, ids_SL, labels_SL).backward();
        }

        Step();
        Step();
        var before = LiveTensors.Count;
        Step();
        Step();

        Assert.Equal(before, LiveTensors.Count);
        Assert.All(adapters.parameters(), parameter => Assert.True(parameter.requires_grad));
        Assert.All(
            model.parameters().Where(parameter => parameter.is_leaf), parameter => Assert.False(parameter.requires_grad));
    }

    [Fact]
    public void Routers_norms_and_embeddings_get_no_adapters_and_targets_can_be_chosen()
    {
        using var model = LanguageModel.Create(Small, MoeVariant.Of<SoftmaxSwiGluShared>(), seed: 4);
        IEnumerable<string> Names(bool attention, bool experts) => AdaptedMatrix
            .Of(model, PerExpert with { Attention = attention, Experts = experts })
            .Select(matrix => matrix.Name.Split('.', 3)[2]).Distinct();

        Assert.Equal(
            ["attention.query.weight", "attention.key.weight", "attention.value.weight", "attention.output.weight"], Names(true, false));
        Assert.Equal(["ffn.experts.gate_up", "ffn.experts.down", "ffn.shared.gate_up", "ffn.shared.down"], Names(false, true).Order()
            .OrderBy(name => name.Contains("shared", StringComparison.Ordinal)).ThenByDescending(name => name));
        Assert.Equal(8, Names(true, true).Count());
    }

    [Theory]
    [InlineData(0, 16, true, true, "Rank is 0; it must be at least 1.")]
    [InlineData(8, 0, true, true, "Alpha is 0; it must be above 0.")]
    [InlineData(8, 16, false, false, "Neither Attention nor Experts get adapters; at least one must.")]
    public void Options_that_make_no_adapters_are_refused(int rank, double alpha, bool attention, bool experts, string message)
    {
        using var model = LanguageModel.Create(Small, seed: 4);

        var wrong = Assert.Throws<ConfigurationException>(() => new AdapterSet(
            model, new AdapterOptions { Rank = rank, Alpha = alpha, Attention = attention, Experts = experts }));

        Assert.Equal(message, wrong.Message);
    }

    /// <summary>Puts numbers that are not 0 into A and B.</summary>
    internal static void Shake(AdapterSet adapters)
    {
        using var quiet = no_grad();
        using var generator = new Generator(9);
        foreach (Tensor parameter in adapters.parameters())
        {
            parameter.normal_(0, 0.3, generator);
        }
    }

    private static (Tensor Ids_SL, Tensor Labels_SL) Sample()
    {
        using var generator = new Generator(7);
        var ids_SL = randint(0, 16, [3, 10], ScalarType.Int64, generator: generator);
        var labels_SL = ids_SL.clone();
        labels_SL.narrow(1, 0, 4).fill_(AnswerLoss.Ignored);
        return (ids_SL, labels_SL);
    }

    private static Tensor Loss(LanguageModel model, AdapterSet adapters, Tensor ids_SL, Tensor labels_SL)
    {
        adapters.Apply();
        return AnswerLoss.Mean(model.forward(ids_SL, MoeContext.None).Logits, labels_SL);
    }

    /// <summary>W + s·B·A in plain loops; a matrix with inputs first takes it transposed.</summary>
    internal static double[] Plain(Tensor weight, Tensor a, Tensor b, double scale, bool inputsFirst)
    {
        var result = Numbers(weight);
        var (rows, columns) = ((int)weight.shape[^2], (int)weight.shape[^1]);
        var (rank, inputs, outputs) = ((int)a.shape[^2], (int)a.shape[^1], (int)b.shape[^2]);
        var (left, right) = (Numbers(b), Numbers(a));
        for (var at = 0; at < result.Length; at++)
        {
            var expert = a.dim() == 3 ? at / (rows * columns) : 0;
            var (row, column) = (at / columns % rows, at % columns);
            var (output, input) = inputsFirst ? (column, row) : (row, column);
            for (var r = 0; r < rank; r++)
            {
                result[at] += scale * left[(expert * outputs + output) * rank + r] * right[(expert * rank + r) * inputs + input];
            }
        }

        return result;
    }

    private static double[] Numbers(Tensor tensor) =>
        tensor.detach().to(ScalarType.Float64).contiguous().view(-1).data<double>().ToArray();

    private static List<byte[]> Bits(LanguageModel model) =>
        [.. model.state_dict().Values.Select(tensor => tensor.detach().contiguous().bytes.ToArray())];
}
