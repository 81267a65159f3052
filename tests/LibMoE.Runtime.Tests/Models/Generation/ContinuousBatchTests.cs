using LibMoE.Runtime.Tests.Layers;

namespace LibMoE.Runtime.Tests.Models.Generation;

/// <summary>Texts that are continued together are the texts that each gets alone, whoever comes and goes beside them.</summary>
public sealed class ContinuousBatchTests
{
    private static readonly ModelConfig Bytes = new()
    {
        Dim = 16,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        Hidden = 12,
        Context = 60,
        MatrixStd = 0.4,
        EmbeddingStd = 1,
        HeadStd = 0.3,
    };

    public static TheoryData<MoeVariant?> Models => [null, HandWrittenMoe.Variant(), MoeVariant.Of<ResidualLayer>()];

    [Theory]
    [MemberData(nameof(Models))]
    public void Texts_that_come_and_go_at_different_times_are_those_that_each_gets_alone(MoeVariant? variant) =>
        EachTextIsItsOwn(Bytes, variant);

    [Theory]
    [InlineData(null)]
    [InlineData(6)]
    public void Texts_read_from_latents_are_those_that_each_gets_alone(int? queryRank)
    {
        var latent = new LatentAttention
        {
            QueryRank = queryRank,
            KeyValueRank = 8,
            PlainChannels = 6,
            RotaryChannels = 4,
            ValueChannels = 5
        };

        EachTextIsItsOwn(Bytes with { KeyValueHeads = null, LatentAttention = latent }, HandWrittenMoe.Variant());
    }

    private static void EachTextIsItsOwn(ModelConfig config, MoeVariant? variant)
    {
        using var model = LanguageModel.Create(config, variant, seed: 4);
        List<BatchedText> texts = [.. Enumerable.Range(0, 40).Select(Asked)];

        using var batch = new ContinuousBatch(model, new BatchLimits { Texts = 12, CacheTokens = 500, PromptTokens = 40 });
        var drawn = texts.ToDictionary(text => text, _ => new List<int>());
        var ends = new Dictionary<BatchedText, TextEnd>();
        for (var step = 0; step < 400 && ends.Count < texts.Count; step++)
        {
            // Three come every second step, from the second on.
            foreach (var text in texts.Skip(step / 2 * 3).Take(step % 2 == 1 ? 3 : 0))
            {
                batch.Add(text);
            }

            Assert.InRange(batch.Running, 0, 12);
            foreach (var token in batch.Step())
            {
                drawn[token.Text].AddRange(token.Id is { } id ? [id] : []);
                if (token.End is { } end)
                {
                    ends.Add(token.Text, end);
                }
            }

            Assert.InRange(batch.ReservedTokens, 0, 500);
        }

        Assert.True(batch.IsEmpty);
        foreach (var (index, text) in texts.Index())
        {
            var alone = TextGenerator.Tokens(model, text.Prompt, text.Options, text.Ends.FirstOrDefault(-1)).ToArray();
            Assert.True(
                alone.SequenceEqual(drawn[text]), $"text {index} is {string.Join(' ', drawn[text])}, not {string.Join(' ', alone)}");
            var full = alone.Length == text.Options.Tokens || text.Prompt.Count + alone.Length > Bytes.Context;
            Assert.Equal(full ? TextEnd.Length : TextEnd.EndId, ends[text]);
        }

        Assert.Contains(TextEnd.EndId, ends.Values);
        Assert.Contains(texts, text => text.Prompt.Count + drawn[text].Count > Bytes.Context);
    }

    [Fact]
    public void Log_probabilities_and_experts_are_those_of_the_text_read_at_once()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var quiet = TorchSharp.torch.no_grad();
        using var model = LanguageModel.Create(Bytes, HandWrittenMoe.Variant(), seed: 4);
        using var batch = new ContinuousBatch(model);
        var asked = new BatchedText([72, 101, 108], new GenerationOptions { Temperature = 0, Tokens = 12 }) { Best = 3, Experts = true };
        batch.Add(new BatchedText([1, 2, 3, 4, 5, 6, 7], new GenerationOptions { Tokens = 20 }));
        batch.Add(asked);

        var tokens = Run(batch).Where(token => token.Text == asked).ToList();

        long[] ids = [72, 101, 108, .. tokens.Select(token => (long)token.Id!)];
        var output = model.forward(TorchSharp.torch.tensor(ids, [1, ids.Length]));
        var logs_LV = TorchSharp.torch.nn.functional.log_softmax(output.Logits[0].to(TorchSharp.torch.ScalarType.Float64), -1);
        foreach (var (index, token) in tokens.Index())
        {
            var logs = logs_LV[index + 2].data<double>().ToArray();
            var best = logs.Select((log, id) => (Id: id, Log: log)).OrderByDescending(entry => entry.Log).Take(3).ToList();
            Assert.Equal(best.Select(entry => entry.Id), token.Best.Select(entry => entry.Id));
            Assert.Equal(best[0].Log, token.LogProbability!.Value, 1e-4);
            Assert.All(best.Zip(token.Best), pair => Assert.Equal(pair.First.Log, pair.Second.LogProbability, 1e-4));
            Assert.Equal(2, token.Experts.Count);
            Assert.All(output.Routings.Zip(token.Experts), pair =>
                Assert.Equal(pair.First.Experts![index + 2].data<long>().ToArray(), pair.Second));
        }
    }

    [Fact]
    public void Whoever_waits_longest_is_next_even_where_a_later_one_would_fit()
    {
        using var model = LanguageModel.Create(Bytes, seed: 4);
        using var batch = new ContinuousBatch(model, new BatchLimits { CacheTokens = 50 });
        BatchedText Asked(int tokens) => new([72], new GenerationOptions { Temperature = 0, Tokens = tokens });
        var (first, large, small) = (Asked(30), Asked(40), Asked(5));
        batch.Add(first);
        batch.Add(large);
        batch.Add(small);

        var order = Run(batch).Select(token => token.Text).Distinct().ToList();

        Assert.Equal([first, large, small], order);
    }

    [Fact]
    public void Whoever_is_cancelled_leaves_at_the_next_step_and_its_room_is_free()
    {
        using var model = LanguageModel.Create(Bytes, HandWrittenMoe.Variant(), seed: 4);
        using var batch = new ContinuousBatch(model, new BatchLimits { Texts = 1 });
        using var stop = new CancellationTokenSource();
        var options = new GenerationOptions { Temperature = 0, Tokens = 30 };
        var (running, waiting, other) = (
            new BatchedText([72], options) { Cancellation = stop.Token },
            new BatchedText([73], options) { Cancellation = stop.Token },
            new BatchedText([74], options));
        batch.Add(running);
        batch.Add(waiting);
        batch.Add(other);
        Assert.Equal(running, Assert.Single(batch.Step()).Text);
        Assert.Equal((1, 2), (batch.Running, batch.Waiting));

        stop.Cancel();
        var next = batch.Step();

        Assert.Equal([(running, TextEnd.Cancelled), (waiting, TextEnd.Cancelled), (other, null)],
            next.Select(token => (token.Text, token.End)));
        Assert.Equal((1, 0), (batch.Running, batch.Waiting));
    }

    [Theory]
    [InlineData("ExpertChoice", "routes by looking at all tokens of a call")]
    [InlineData("Capacity", "has a capacity, which the tokens of a call compete for")]
    [InlineData("Silent", "does not say whether it routes each token alone")]
    public void A_model_whose_texts_would_depend_on_each_other_is_refused_by_name(string kind, string reason)
    {
        var variant = kind switch
        {
            "ExpertChoice" => MoeVariant.Of<ExpertChoiceLayer>(),
            "Capacity" => HandWrittenMoe.Variant(HandWrittenMoe.Declare("Capacity", 4, 2, capacity: 1.25)),
            _ => HandWrittenMoe.Variant(Silent()),
        };
        using var model = LanguageModel.Create(Bytes, variant, seed: 4);

        var refused = Assert.Throws<ConfigurationException>(() => new ContinuousBatch(model));

        Assert.StartsWith($"Texts of {variant.Name} cannot be continued together", refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 5, "The prompt has 0 tokens; the model takes 1 to 60.")]
    [InlineData(61, 5, "The prompt has 61 tokens; the model takes 1 to 60.")]
    [InlineData(10, 45, "The text may take 54 tokens, its prompt's 10 among them; there is room for 50 of all texts together.")]
    [InlineData(10, 0, "Generation:Tokens is 0; it must be at least 1.")]
    public void A_text_that_could_never_be_continued_is_refused(int prompt, int tokens, string message)
    {
        using var model = LanguageModel.Create(Bytes, seed: 4);
        using var batch = new ContinuousBatch(model, new BatchLimits { CacheTokens = 50 });

        var refused = Assert.Throws<ConfigurationException>(
            () => batch.Add(new BatchedText(new int[prompt], new GenerationOptions { Tokens = tokens })));

        Assert.Equal(message, refused.Message);
        Assert.True(batch.IsEmpty);
    }

    [Fact]
    public void Logits_that_are_not_finite_end_a_text_with_the_reason()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var quiet = TorchSharp.torch.no_grad();
        using var model = LanguageModel.Create(Bytes, seed: 4);
        model.state_dict()["norm.weight"].fill_(float.NaN);
        using var batch = new ContinuousBatch(model);
        batch.Add(new BatchedText([72], new GenerationOptions { Tokens = 3 }));

        var ended = Assert.Single(batch.Step());

        Assert.Equal(TextEnd.Failed, ended.End);
        Assert.StartsWith("The model has no next token", ended.Failure!.Message, StringComparison.Ordinal);
        Assert.True(batch.IsEmpty);
    }

    [Fact]
    public void No_tensor_outlives_its_text_and_a_step_keeps_none()
    {
        using var model = LanguageModel.Create(Bytes, HandWrittenMoe.Variant(), seed: 4);
        using var batch = new ContinuousBatch(model);
        void Ask(int tokens) => batch.Add(new BatchedText([72, 73], new GenerationOptions { Tokens = tokens }));
        Ask(3);
        Run(batch);
        var before = LiveTensors.Count;

        Ask(20);
        Ask(30);
        batch.Step();
        var running = LiveTensors.Count;
        batch.Step();
        batch.Step();

        // Keys and values of two blocks and two texts.
        Assert.Equal(before + 8, running);
        Assert.Equal(running, LiveTensors.Count);
        Run(batch);
        Assert.Equal(before, LiveTensors.Count);
    }

    [Fact]
    public void What_a_token_takes_in_the_caches_is_keys_and_values_of_every_block()
    {
        using var model = LanguageModel.Create(Bytes, seed: 4);

        // 2 blocks, 2 key and value heads, 4 channels, keys and values, 4 bytes.
        Assert.Equal(2 * 2 * 4 * 2 * 4, BatchLimits.BytesPerToken(model));
    }

    /// <summary>Greedy, drawn with a seed and a temperature, cut, long, and ending by an id: all kinds in turn.</summary>
    private static BatchedText Asked(int index) => new(
        [.. Enumerable.Range(0, 1 + index * 5 % 23).Select(place => (place * 37 + index * 11) % 256)],
        new GenerationOptions
        {
            Tokens = 1 + index * 17 % 59,
            Temperature = index % 3 * 0.6,
            Seed = index,
            TopK = index % 5 == 1 ? 20 : 0,
            TopP = index % 4 == 2 ? 0.9 : 1,
        })
    {
        Ends = index % 2 == 1 ? new HashSet<int> { 7 * index % 256 } : new HashSet<int>(),
    };

    private static MoeDeclaration Silent()
    {
        var own = HandWrittenMoe.Declare("Silent", 4, 2);
        return new MoeDeclaration
        {
            Name = own.Name,
            Experts = own.Experts,
            Gate = own.Gate,
            Kind = own.Kind,
            PicksPerToken = own.PicksPerToken,
            WeightSum = own.WeightSum,
            ReadsPreviousLogits = false,
            Formulas = [],
            StructureText = own.StructureText,
            CoefficientsText = own.CoefficientsText,
            Parameters = own.Parameters,
        };
    }

    private static List<DrawnToken> Run(ContinuousBatch batch)
    {
        var all = new List<DrawnToken>();
        while (!batch.IsEmpty)
        {
            all.AddRange(batch.Step());
        }

        return all;
    }
}
