using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Vision;

public sealed class VisionLanguageModelTests
{
    private const int I = VisionLanguageModel.ImageToken;

    [Theory]
    [InlineData("clip")]
    [InlineData("siglip")]
    public void Logits_are_what_plain_loops_compute_from_a_stored_encoder_a_connector_and_a_decoder(string family)
    {
        using var scope = NewDisposeScope();
        using var folder = new VisionFolder(family).Write();
        foreach (var (type, tolerance) in new[] { (ScalarType.Float64, 1e-10), (ScalarType.Float32, 1e-5) })
        {
            var encoder = VisionLoader.Load(folder.Path, dtype: type).Encoder;
            var config = new VisionLanguageConfig { Vision = encoder.Config, Language = SmallModels.Config.Language };
            using var model = new VisionLanguageModel(
                encoder,
                Connector.Create(config.Connector.Between(config.Vision, config.Language), dtype: type, seed: 5),
                LanguageModel.Create(config.Language, dtype: type, seed: 5));
            VisionUpcyclerTests.Disturb(model.Connector);
            long[] text = [3, 1, .. Enumerable.Repeat((long)I, 9), 4, 1, 5];
            var picture = Pictures.Random(14, 14, 3);

            var logits = Pictures.Values(
                model.forward(tensor(text, [1, text.Length]), Pictures.Batch(type, picture), MoeContext.None).Logits);

            var state = model.state_dict().ToDictionary(entry => entry.Key, entry => Pictures.Values(entry.Value));
            var language = state.Where(entry => entry.Key.StartsWith("language.", StringComparison.Ordinal))
                .ToDictionary(entry => entry.Key[9..], entry => entry.Value);
            var vectors = folder.Plain()
                .HiddenStates(picture)[^2].Skip(family == "clip" ? 1 : 0).Select(feature => Connected(feature, state)).ToArray();
            var expected = new PlainTransformer(config.Language, language).Logits(Vectors(text, vectors, language["embedding.weight"]));
            var largest = expected.SelectMany(row => row).Max(Math.Abs);
            Assert.All(expected.SelectMany(row => row).Zip(logits), pair => Assert.Equal(pair.First, pair.Second, tolerance * largest));
        }
    }

    [Fact]
    public void Images_stand_in_the_places_of_their_own_text_in_their_order()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = VisionLanguageModel.Create(SmallModels.Config, seed: 2, dtype: ScalarType.Float64);
        var (first, second, third) =
            (rand([1, 3, 8, 8], ScalarType.Float64), rand([1, 3, 8, 8], ScalarType.Float64), rand([1, 3, 8, 8], ScalarType.Float64));
        long[] two = [1, I, I, I, I, 2, I, I, I, I, 3, 4];
        long[] one = [5, 6, I, I, I, I, 7, 8, 9, 10, 11, 12];

        var both = model.forward(tensor(two.Concat(one).ToArray(), [2, 12]), cat([first, second, third], 0), MoeContext.None).Logits;

        Near(model.forward(tensor(two, [1, 12]), cat([first, second], 0), MoeContext.None).Logits[0], both[0]);
        Near(model.forward(tensor(one, [1, 12]), third, MoeContext.None).Logits[0], both[1]);
        var swapped = model.forward(tensor(two, [1, 12]), cat([second, first], 0), MoeContext.None).Logits[0];
        Assert.True((swapped - both[0]).abs().max().item<double>() > 1e-3);
        // What was said before an image does not see it.
        Near(swapped[0], both[0][0]);
    }

    [Fact]
    public void A_text_without_images_is_the_language_models()
    {
        using var scope = NewDisposeScope();
        using var model = VisionLanguageModel.Create(SmallModels.Config, seed: 2, dtype: ScalarType.Float64);
        var ids_SL = tensor(new long[] { 3, 1, 4, 1, 5 }, [1, 5]);

        Near(model.Language.forward(ids_SL).Logits, model.forward(ids_SL, null, MoeContext.None).Logits);
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(4, 0)]
    [InlineData(0, 1)]
    public void Places_for_another_number_of_images_are_refused(int places, int images)
    {
        using var scope = NewDisposeScope();
        using var model = VisionLanguageModel.Create(SmallModels.Config);
        long[] ids = [1, .. Enumerable.Repeat((long)I, places), 2];

        var error = Assert.Throws<ArgumentException>(
            () => model.forward(tensor(ids, [1, ids.Length]), images == 0 ? null : rand([images, 3, 8, 8]), MoeContext.None));

        Assert.Contains($"The texts have {places} places for images; {images} images of 4 features each take {4 * images}", error.Message);
    }

    [Fact]
    public void Gradients_of_every_part_agree_with_finite_differences()
    {
        using var scope = NewDisposeScope();
        using var model = VisionLanguageModel.Create(SmallModels.Config, seed: 2, dtype: ScalarType.Float64);
        VisionUpcyclerTests.Disturb(model);
        var images_ICHW = rand([1, 3, 8, 8], ScalarType.Float64);
        var ids_SL = tensor(new long[] { 3, I, I, I, I, 4, 1, 5 }, [1, 8]);
        var labels_SL = tensor(new long[] { -100, -100, -100, -100, -100, -100, 1, 5 }, [1, 8]);

        Loss().backward();

        var checkedParts = 0;
        var random = new Random(1);
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (parameter.grad is not { } gradient)
            {
                // The last encoder block and norm are behind the features.
                Assert.Matches(@"^vision\.(blocks\.1|norm)\.", name);
                continue;
            }

            using var part = NewDisposeScope();
            using var quiet = no_grad();
            var at = random.NextInt64(parameter.numel());
            var value = parameter.view(-1)[at];
            var before = value.item<double>();
            const double step = 1e-5;
            value.fill_(before + step);
            var above = Loss().item<double>();
            value.fill_(before - step);
            var below = Loss().item<double>();
            value.fill_(before);
            Assert.Equal((above - below) / (2 * step), gradient.view(-1)[at].item<double>(), 1e-7);
            checkedParts++;
        }

        Assert.True(checkedParts > 30);

        Tensor Loss() => AnswerLoss.Mean(model.forward(ids_SL, images_ICHW, MoeContext.None).Logits, labels_SL);
    }

    [Fact]
    public void The_loss_of_answers_alone_is_that_of_all_logits_with_every_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = VisionLanguageModel.Create(SmallModels.Config, seed: 2, dtype: ScalarType.Float64);
        VisionUpcyclerTests.Disturb(model);
        var images_ICHW = rand([1, 3, 8, 8], ScalarType.Float64);
        var ids_SL = tensor(new long[] { 3, I, I, I, I, 4, 1, 5 }, [1, 8]);
        var labels_SL = tensor(new long[] { -100, -100, -100, -100, -100, -100, 1, 5 }, [1, 8]);
        AnswerLoss.Mean(model.forward(ids_SL, images_ICHW, MoeContext.None).Logits, labels_SL).backward();
        var expected = model.parameters().Select(parameter => parameter.grad?.clone()).ToList();
        model.zero_grad();

        var seen = model.See(images_ICHW, MoeContext.None);
        var (loss, routings) = model.LossOfAnswers(ids_SL, seen, labels_SL, MoeContext.None);
        loss.backward();

        Assert.Equal(model.MoeLayers.Count, routings.Count);
        Assert.Equal(
            AnswerLoss.Mean(model.forward(ids_SL, images_ICHW, MoeContext.None).Logits, labels_SL).item<double>(), loss.item<double>(),
            1e-12);
        Assert.All(model.parameters().Zip(expected), pair => Assert.True(
            pair.Second is null ? pair.First.grad is null : (pair.First.grad! - pair.Second).abs().max().item<double>() < 1e-12));
    }

    [Fact]
    public void The_task_gives_the_mixture_behind_the_features_no_gradient_and_the_model_says_so()
    {
        using var scope = NewDisposeScope();
        using var model = VisionLanguageModel.Create(SmallModels.Config, SmallModels.Mixtures, seed: 2);
        var ids_SL = tensor(new long[] { 3, I, I, I, I, 4, 1, 5 }, [1, 8]);

        var output = model.forward(ids_SL, rand([1, 3, 8, 8]), MoeContext.None);
        AnswerLoss.Mean(output.Logits, ids_SL.clamp_min(0)).backward(retain_graph: true);
        var task = Norm(1);
        output.Routings.Aggregate(zeros(1), (sum, routing) => sum + routing.AuxiliaryLoss).backward();

        Assert.Single(model.Cautions);
        Assert.Equal(5, output.Routings.Count);
        Assert.Equal(0, task);
        Assert.True(Norm(0) > 0);
        Assert.True(Norm(1) > 0);

        float Norm(int block) => model.Vision.MoeLayers[block].named_parameters()
            .Single(entry => entry.name == "router.weight").parameter.grad?.abs().sum().item<float>() ?? 0;
    }

    [Fact]
    public void Upcycled_encoder_and_connector_start_at_the_dense_models_loss()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var dense = VisionLanguageModel.Create(SmallModels.Config, seed: 2);
        VisionUpcyclerTests.Disturb(dense);
        using var mixture = new VisionLanguageModel(
            VisionUpcycler.Upcycle(dense.Vision, MoeVariant.Of<FourQuick>()).Part,
            VisionUpcycler.Upcycle(dense.Connector, MoeVariant.Of<SixGelu>()).Part,
            Upcycler.Upcycle(dense.Language, MoeVariant.Of<FourSwiGlu>()).Model);
        var ids_SL = tensor(new long[] { 3, I, I, I, I, 4, 1, 5 }, [1, 8]);
        var images_ICHW = rand([1, 3, 8, 8]);

        var (before, after) = (Loss(dense), Loss(mixture));

        Assert.Equal(before, after, 1e-5);

        double Loss(VisionLanguageModel model) =>
            AnswerLoss.Mean(model.forward(ids_SL, images_ICHW, MoeContext.None).Logits, ids_SL.clamp_min(0)).item<float>();
    }

    [Fact]
    public void Only_labelled_tokens_are_in_the_loss()
    {
        using var scope = NewDisposeScope();
        var logits_SLV = randn([2, 4, 5], ScalarType.Float64);
        var labels_SL = tensor(new long[] { 2, -100, 3, 1, -100, -100, -100, 4 }, [2, 4]);
        var logs = nn.functional.log_softmax(logits_SLV, -1);

        var loss = AnswerLoss.Mean(logits_SLV, labels_SL).item<double>();

        // The first token of a text is predicted by nothing.
        Assert.Equal(-(logs[0, 1, 3] + logs[0, 2, 1] + logs[1, 2, 4]).item<double>() / 3, loss, 1e-12);
        Assert.Equal(0, AnswerLoss.Mean(logits_SLV, full_like(labels_SL, -100)).item<double>());
    }

    [Fact]
    public void Memory_stays_flat_over_many_images()
    {
        using var model = VisionLanguageModel.Create(SmallModels.Config, SmallModels.Mixtures, seed: 2);
        Step();
        var before = LiveTensors.Count;

        for (var step = 0; step < 20; step++)
        {
            Step();
        }

        Assert.Equal(before, LiveTensors.Count);

        void Step()
        {
            using var scope = NewDisposeScope();
            var ids_SL = tensor(new long[] { 3, I, I, I, I, 4, 1, 5 }, [1, 8]);
            var output = model.forward(ids_SL, rand([1, 3, 8, 8]), MoeContext.None);
            var loss = AnswerLoss.Mean(output.Logits, ids_SL.clamp_min(0));
            (loss + output.Routings.Aggregate(zeros(1), (sum, routing) => sum + routing.AuxiliaryLoss)).backward();
            model.zero_grad(set_to_none: true);
        }
    }

    [Fact]
    public void Parts_that_do_not_fit_together_are_refused_with_both_widths()
    {
        Assert.Contains("Connector:Input is 13; the encoder's features are 12 wide", Problem(
            SmallModels.Config with { Connector = new() { Input = 13 } }));
        Assert.Contains("Connector:Output is 15; the language model is 16 wide", Problem(
            SmallModels.Config with { Connector = new() { Output = 15 } }));
        Assert.Contains("An image takes 4 tokens, but Model:Context is 4", Problem(
            SmallModels.Config with { Language = SmallModels.Config.Language with { Context = 4 } }));

        static string Problem(VisionLanguageConfig config) =>
            Assert.Throws<ConfigurationException>(() => VisionLanguageModel.Create(config)).Message;
    }

    private static double[] Connected(double[] feature, Dictionary<string, double[]> state)
    {
        var hidden = Multiply(feature, "connector.ffn.up")
            .Select(u => 0.5 * u * (1 + MathNet.Numerics.SpecialFunctions.Erf(u / Math.Sqrt(2)))).ToArray();
        return Multiply(hidden, "connector.ffn.down");

        double[] Multiply(double[] x, string name)
        {
            var (matrix, bias) = (state[name], state[name + "_bias"]);
            return [.. bias.Select((start, column) => start + x.Select((value, row) => value * matrix[row * bias.Length + column]).Sum())];
        }
    }

    private static double[][] Vectors(long[] text, double[][] images, double[] embedding)
    {
        var (width, image) = (images[0].Length, 0);
        return [.. text.Select(id => id == I ? images[image++] : embedding.AsSpan((int)id * width, width).ToArray())];
    }

    private static void Near(Tensor expected, Tensor actual) => Assert.InRange((expected - actual).abs().max().item<double>(), 0, 1e-11);
}
