using LibMoE.Runtime.Models.Generation;
using LibMoE.Runtime.Tests.Layers;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Tests.Models.Generation;

public sealed class TextGeneratorTests
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

    public static TheoryData<MoeVariant> Mixtures =>
        [HandWrittenMoe.Variant(), MoeVariant.Of<ResidualLayer>(), MoeVariant.Of<ExpertChoiceLayer>()];

    [Theory]
    [MemberData(nameof(Mixtures))]
    public void Generation_with_a_cache_is_what_reading_the_whole_text_again_gives(MoeVariant variant)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Bytes, variant, seed: 4);
        int[] prompt = [72, 101, 108, 108, 111];

        var drawn = TextGenerator.Tokens(model, prompt, new GenerationOptions { Temperature = 0, Tokens = 40 }).ToArray();

        var ids = prompt.ToList();
        foreach (var id in drawn)
        {
            var full = nn.functional.log_softmax(model.forward(Ids(ids)).Logits[0, -1], 0).data<float>().ToArray();
            Assert.True(
                full[id] > full.Max() - 1e-4, $"token {ids.Count} is {id}, whose log-probability is {full[id]}; the best has {full.Max()}");
            ids.Add(id);
        }

        Assert.Equal(40, drawn.Length);
    }

    [Theory]
    [InlineData(float.NaN, 0.0)]
    [InlineData(float.NaN, 1.0)]
    [InlineData(float.PositiveInfinity, 0.0)]
    public void A_model_whose_logits_are_not_finite_ends_with_one_sentence_however_it_is_asked(float bad, double temperature)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Bytes, HandWrittenMoe.Variant(), seed: 4);
        model.state_dict()["norm.weight"].fill_(bad);

        var drawn = Assert.Throws<InvalidDataException>(
            () => TextGenerator.Tokens(model, [72], new GenerationOptions { Temperature = temperature, Tokens = 4 }).ToArray());
        using var scorer = new ModelScorer(model, new ByteTokenizer());
        var greedy = Assert.Throws<InvalidDataException>(() => scorer.Next([72]));

        Assert.Equal(drawn.Message, greedy.Message);
        Assert.Matches(
            "^The model has no next token: [0-9]+ of its 256 logits are NaN or infinite; its weights hold [^.\\n]+\\.$", drawn.Message);
    }

    [Fact]
    public void Tokens_of_minus_infinity_are_never_drawn_unless_all_are()
    {
        var sampler = new TokenSampler(new GenerationOptions { Temperature = 1 });

        Assert.All(Enumerable.Range(0, 50), _ => Assert.Equal(1, sampler.Next([double.NegativeInfinity, 0.5])));
        Assert.Throws<InvalidDataException>(() => sampler.Next([double.NegativeInfinity, double.NegativeInfinity]));
    }

    [Fact]
    public void Log_probabilities_with_a_cache_are_those_of_the_whole_text()
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var model = LanguageModel.Create(Bytes, HandWrittenMoe.Variant(), seed: 4);
        model.eval();
        var ids = TextGenerator.Tokens(model, [72], new GenerationOptions { Tokens = 50, Seed = 3 }).Prepend(72).ToList();
        var full_LV = nn.functional.log_softmax(model.forward(Ids(ids)).Logits[0], -1);
        using var cache = new KeyValueCache();

        for (var token = 0; token < ids.Count; token++)
        {
            var one_V = nn.functional.log_softmax(model.forward(Ids([ids[token]]), MoeContext.None, cache).Logits[0, 0], -1);
            Assert.InRange((one_V - full_LV[token]).abs().max().item<float>(), 0, 1e-4);
        }
    }

    [Fact]
    public void A_text_ends_where_the_context_is_full_or_the_end_is_drawn_or_it_is_stopped()
    {
        using var model = LanguageModel.Create(Bytes, seed: 4);
        var options = new GenerationOptions { Tokens = 1000, Seed = 3 };
        using var stop = new CancellationTokenSource();

        var all = TextGenerator.Tokens(model, [72], options).ToArray();
        var end = Array.IndexOf(all, all[20]);
        var ended = TextGenerator.Tokens(model, [72], options, end: all[20]).ToArray();
        var stopped = new List<int>();
        foreach (var id in TextGenerator.Tokens(model, [72], options, cancellation: stop.Token))
        {
            stopped.Add(id);
            if (stopped.Count == 7)
            {
                stop.Cancel();
            }
        }

        // The last token is predicted from a full context.
        Assert.Equal(Bytes.Context, all.Length);
        Assert.Equal(all[..end], ended);
        Assert.Equal(all[..7], stopped);
    }

    [Fact]
    public void A_text_needs_a_beginning_that_fits()
    {
        using var model = LanguageModel.Create(Bytes, seed: 4);
        var bytes = new ByteTokenizer();

        var none = Assert.Throws<ConfigurationException>(() => TextGenerator.Text(model, bytes, new GenerationOptions()));
        var all = Assert.Throws<ConfigurationException>(
            () => TextGenerator.Text(model, bytes, new GenerationOptions { Prompt = new string('a', 61) }));

        Assert.Contains("The prompt is empty", none.Message, StringComparison.Ordinal);
        Assert.Contains("The prompt has 61 tokens; the model takes 1 to 60.", all.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_streamed_text_is_the_whole_text_and_no_piece_ends_within_a_character()
    {
        var stream = new TextStream(new ByteTokenizer(), "Pr"u8.ToArray().Select(value => (int)value));
        const string text = "efix é 世界 🙂.";

        var pieces = System.Text.Encoding.UTF8.GetBytes(text).Select(value => stream.Add(value)).ToList();

        Assert.Equal(text, string.Concat(pieces) + stream.Rest());
        Assert.Contains("世", pieces);
        Assert.Contains("🙂", pieces);
        Assert.DoesNotContain(pieces, piece => piece.Contains('\uFFFD'));
    }

    [Fact]
    public void What_is_no_character_is_shown_in_the_end()
    {
        var stream = new TextStream(new ByteTokenizer(), []);

        var pieces = new[] { 0x61, 0xE4, 0xB8 }.Select(stream.Add).ToList();

        Assert.Equal(["a", "", ""], pieces);
        Assert.Equal("\uFFFD", stream.Rest());
    }

    [Fact]
    public void A_text_ends_at_an_id_that_the_tokenizer_has_no_piece_for()
    {
        using var padded = LanguageModel.Create(Bytes with { Vocabulary = 300 }, seed: 4);
        var options = new GenerationOptions { Tokens = 50, Seed = 3, Prompt = "H" };
        var drawn = TextGenerator.Tokens(padded, [72], options).ToArray();
        var known = drawn.TakeWhile(id => id < 256).ToArray();
        Assert.InRange(known.Length, 1, 49);

        var text = string.Concat(TextGenerator.Text(padded, new ByteTokenizer(), options));

        Assert.Equal(new ByteTokenizer().Decode(known), text);
    }

    private static Tensor Ids(List<int> ids) => tensor(ids.Select(id => (long)id).ToArray(), [1, ids.Count]);
}
