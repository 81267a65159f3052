namespace LibMoE.Runtime.Tests.Evaluation.Scoring;

/// <summary>How texts become sequences that are scored.</summary>
public sealed class RequestMakerTests
{
    private static readonly ByteTokenizer Bytes = new();
    private static readonly StartedBytes Started = new();

    [Fact]
    public void A_sequence_starts_with_the_start_token_and_scores_the_continuation_alone()
    {
        var request = Assert.Single(Make(Started, 64, TaskForm.LastWord, ("ab", " c")).Requests);

        Assert.Equal([256, 'a', 'b', ' ', 'c'], request.Ids);
        Assert.Equal((3, 2, 4), (request.First, request.Scored, request.Inputs));
    }

    [Fact]
    public void Without_a_start_token_the_first_token_is_not_scored()
    {
        var request = Assert.Single(Make(Bytes, 64, TaskForm.LastWord, ("", "abc")).Requests);

        Assert.Equal("abc"u8.ToArray().Select(value => (int)value), request.Ids);
        Assert.Equal((1, 2), (request.First, request.Scored));
    }

    [Fact]
    public void A_whole_text_is_scored_behind_the_start_token()
    {
        var requests = Make(Started, 64, TaskForm.WholeText, ("", "abc"), ("", "abd")).Requests;

        Assert.All(requests, request => Assert.Equal((1, 3), (request.First, request.Scored)));
    }

    [Fact]
    public void Blanks_that_end_a_context_belong_to_the_continuation()
    {
        var request = Assert.Single(Make(Bytes, 64, TaskForm.LastWord, ("ab  ", "c")).Requests);

        Assert.Equal((2, 3), (request.First, request.Scored));
    }

    [Fact]
    public void Context_and_continuation_are_one_text_split_behind_the_contexts_own_tokens()
    {
        // "ab" is one token in the whole, though the border is in its middle: the split counts tokens, as lm-evaluation-harness does.
        var pairs = new PairTokenizer();
        var request = Assert.Single(Make(pairs, 64, TaskForm.LastWord, ("xa", "bc")).Requests);

        Assert.Equal(["xa", "bc"], request.Ids.Select(id => pairs.Decode([id])));
        Assert.Equal((1, 1), (request.First, request.Scored));
    }

    [Fact]
    public void A_context_that_does_not_fit_is_cut_on_the_left_by_the_same_number_for_every_option()
    {
        var made = Make(Started, 8, TaskForm.Choice, ("0123456789", " a"), ("0123456789", " abc"));

        // 8 inputs and the last target: the start token and 8 tokens of text, for the longest option.
        Assert.Equal(6, made.Cut);
        Assert.Equal(["6789 a", "6789 abc"], made.Requests.Select(Text));
        Assert.All(made.Requests, request => Assert.Equal((256, 5), (request.Ids[0], request.First)));
    }

    [Fact]
    public void A_whole_text_that_does_not_fit_is_cut_and_what_is_left_is_scored()
    {
        var made = Make(Started, 8, TaskForm.WholeText, ("", "0123456789a"), ("", "0123456789bcd"));

        Assert.Equal(5, made.Cut);
        Assert.Equal(["56789a", "56789bcd"], made.Requests.Select(Text));
        Assert.All(made.Requests, request => Assert.Equal(1, request.First));
    }

    [Fact]
    public void A_continuation_that_does_not_fit_is_refused_with_the_reason()
    {
        var made = Make(Started, 8, TaskForm.Choice, ("01", " a"), ("01", " 23456789"));

        Assert.Empty(made.Requests);
        Assert.Contains("does not fit", made.Refusal, StringComparison.Ordinal);
        Assert.Contains("the model takes 8", made.Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_token_with_nothing_before_it_is_refused()
    {
        Assert.Contains("nothing before it", Make(Bytes, 8, TaskForm.WholeText, ("", "a"), ("", "ab")).Refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_share_the_tokens_before_the_first_that_differs_or_is_scored()
    {
        Assert.Equal(4, Make(Started, 64, TaskForm.Choice, ("0123", " a"), ("0123", " b")).SharedPrefix);
        Assert.Equal(3, Make(Started, 64, TaskForm.PartialChoice, ("01ab", " a"), ("01b", " a")).SharedPrefix);
        Assert.Equal(0, Make(Started, 64, TaskForm.LastWord, ("0123", " a")).SharedPrefix);
    }

    [Theory]
    [InlineData(true, 1, 8)]
    [InlineData(true, 8, 8)]
    [InlineData(true, 9, 8)]
    [InlineData(true, 100, 8)]
    [InlineData(true, 15, 2)]
    [InlineData(false, 2, 8)]
    [InlineData(false, 100, 8)]
    [InlineData(false, 17, 1)]
    public void Windows_of_a_running_text_score_every_token_once_and_fit(bool started, int length, int context)
    {
        var text = new string([.. Enumerable.Range(0, length).Select(i => (char)('0' + (i % 70)))]);
        var windows = Make(started ? Started : Bytes, context, TaskForm.Text, ("", text)).Requests;

        Assert.All(windows, window => Assert.InRange(window.Inputs, 1, context));
        Assert.Equal(windows.Select((_, index) => started && index == 0), windows.Select(window => window.Ids[0] == 256));
        var scored = string.Concat(windows.Select(window => string.Concat(window.Ids[window.First..].Select(id => (char)id))));
        Assert.Equal(started ? text : text[1..], scored);
        Assert.All(windows.Skip(1), window => Assert.True(window.First > 0, "it sees the token before it"));
        if (length > context + 1)
        {
            Assert.Equal(context, windows[^1].Inputs);
        }
    }

    [SkippableFact]
    public void Tok512_puts_its_blank_before_a_text_once_and_not_between_context_and_continuation()
    {
        var path = DataCache.Default().Find("stories260K/tok512.bin");
        Skip.If(path is null, "the data folder has no stories260K");
        var tokenizer = ScoreMergeTokenizer.Load(path!);

        var request = Assert.Single(Make(tokenizer, 64, TaskForm.LastWord, ("Once upon a", " time")).Requests);

        Assert.Equal(1, request.Ids[0]);
        Assert.Equal(tokenizer.Encode("Once upon a time"), request.Ids[1..]);
        Assert.Equal("time", tokenizer.Decode(request.Ids.AsSpan(request.First)));
        Assert.Equal(" Once upon a", string.Concat(request.Ids[1..request.First].Select(id => tokenizer.Decode([0, id])[5..])));
    }

    private static ItemRequests Make(
        ITokenizer tokenizer, int context, TaskForm form, params (string Context, string Continuation)[] options) =>
        new RequestMaker(tokenizer, context).Make(
            new EvaluationItem
            {
                Index = 0,
                Place = "x:1",
                Group = "",
                Form = form,
                Options = [.. options.Select(option => new TextPair(option.Context, option.Continuation))],
                Characters = [.. options.Select(option => option.Continuation.Length)],
                Bytes = [.. options.Select(option => option.Continuation.Length)],
                Gold = 0,
                Document = [],
            },
            index: 0);

    private static string Text(ScoringRequest request) => string.Concat(request.Ids[1..].Select(id => (char)id));

    /// <summary>Two letters a token, from the left.</summary>
    private sealed class PairTokenizer : ITokenizer
    {
        public int Vocabulary => 1 << 16;

        public int? Bos => null;

        public string Hash => "pairs";

        public string Name => Hash;

        public IReadOnlyList<TokenizerFile> Files => [];

        public int[] Encode(string text) => [.. text.Chunk(2).Select(pair => (pair[0] << 8) + (pair.Length > 1 ? pair[1] : 0))];

        public string Decode(ReadOnlySpan<int> ids) => string.Concat(ids.ToArray().Select(id => $"{(char)(id >> 8)}{(char)(id & 255)}"));
    }
}
