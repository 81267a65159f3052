using System.Runtime.CompilerServices;
using System.Threading.Channels;
using LibMoE.Runtime;
using LibMoE.Runtime.Models.Generation;
using LibMoE.Serving.Engine;

namespace LibMoE.Serving.Texts;

/// <summary>One text on its way through the engine: from ids to words, up to an end id, a stop text or its length.</summary>
internal sealed class TextRun : IDisposable
{
    private readonly ServedModel _served;
    private readonly TextRequest _request;
    private readonly CancellationTokenSource _cancel;
    private readonly ChannelReader<DrawnToken> _tokens;

    /// <summary>Submits the text.</summary>
    /// <param name="served">The model.</param>
    /// <param name="request">What is wanted.</param>
    /// <param name="cancellation">Ends the text.</param>
    /// <exception cref="ConfigurationException">The text cannot be continued by this model.</exception>
    /// <exception cref="TooManyRequestsException">As many texts as may wait do so.</exception>
    public TextRun(ServedModel served, TextRequest request, CancellationToken cancellation)
    {
        (_served, _request) = (served, request);
        _cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var tokenizer = served.Tokenizer;
        var end = tokenizer.Eos ?? tokenizer.Bos;
        var text = new BatchedText(request.Prompt, request.Options)
        {
            Ends = new HashSet<int>(end is { } id ? [id, .. request.Ends] : request.Ends),
            Vocabulary = tokenizer.Vocabulary,
            Best = request.Best,
            Experts = request.Experts,
            Reroute = request.Order is { } signed ? ExpertOrders.Of(served.Model, signed.Order) : null,
            Cancellation = _cancel.Token,
        };
        try
        {
            _tokens = served.Engine.Submit(text);
        }
        catch
        {
            _cancel.Dispose();
            throw;
        }
    }

    /// <summary>How many tokens the prompt has.</summary>
    public int PromptTokens => _request.Prompt.Count;

    /// <summary>How many tokens were drawn.</summary>
    public int DrawnTokens { get; private set; }

    /// <summary>The text as it comes; the last piece says why it ended.</summary>
    /// <param name="cancellation">Ends the text.</param>
    public async IAsyncEnumerable<TextPiece> Pieces([EnumeratorCancellation] CancellationToken cancellation)
    {
        var (stream, scan) = (new TextStream(_served.Tokenizer, _request.Prompt), new StopScan(_request.Stops));
        var (previous, lead) = (_request.Prompt[^1], _request.Lead);
        await foreach (var token in _tokens.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            if (token.Failure is not null)
            {
                throw token.Failure;
            }

            var pieces = new List<TextPiece>();
            if (token.Id is { } id)
            {
                DrawnTokens++;
                pieces.Add(scan.Add(Words(token, stream.Add(id), previous)));
                previous = id;
            }

            if (token.End is not null && !scan.Found)
            {
                pieces.Add(scan.Add(stream.Rest()));
                pieces.AddRange(scan.Found ? [] : [scan.Rest()]);
            }

            var piece = Joined(pieces, Finish(token, scan));
            if (lead.Length > 0 && piece.Text.Length > 0)
            {
                var leads = piece.Text.StartsWith(lead, StringComparison.Ordinal);
                piece = piece with { Text = leads ? piece.Text[lead.Length..] : piece.Text };
                lead = "";
            }

            if (piece.Text.Length > 0 || piece.Tokens.Count > 0 || piece.Finish is not null)
            {
                yield return piece;
            }

            if (piece.Finish is not null)
            {
                yield break;
            }
        }
    }

    /// <summary>The whole text.</summary>
    /// <param name="cancellation">Ends the text.</param>
    public async Task<TextPiece> WholeAsync(CancellationToken cancellation)
    {
        var pieces = new List<TextPiece>();
        await foreach (var piece in Pieces(cancellation).ConfigureAwait(false))
        {
            pieces.Add(piece);
        }

        return Joined(pieces, pieces.LastOrDefault()?.Finish);
    }

    /// <summary>Takes the text out of the batch, if it still is there.</summary>
    public void Dispose()
    {
        _cancel.Cancel();
        _cancel.Dispose();
    }

    private static string? Finish(DrawnToken token, StopScan scan) => token.End switch
    {
        _ when scan.Found => "stop",
        null => null,
        TextEnd.Length => "length",
        TextEnd.EndId => "stop",
        _ => throw new OperationCanceledException("The text was cancelled."),
    };

    private static TextPiece Joined(IReadOnlyList<TextPiece> pieces, string? finish) =>
        new(string.Concat(pieces.Select(piece => piece.Text)), [.. pieces.SelectMany(piece => piece.Tokens)], finish);

    private TextToken Words(DrawnToken token, string text, int previous) => new(text)
    {
        LogProbability = token.LogProbability,
        Best = [.. token.Best.Select(best => (Words(best.Id, previous), best.LogProbability))],
        Experts = token.Experts,
    };

    /// <summary>The text that an id adds behind another: alone, some vocabularies drop the blank that it begins with.</summary>
    private string Words(int id, int previous)
    {
        var tokenizer = _served.Tokenizer;
        if (id >= tokenizer.Vocabulary || previous >= tokenizer.Vocabulary)
        {
            return "";
        }

        var (before, both) = (tokenizer.Decode([previous]), tokenizer.Decode([previous, id]));
        return both.StartsWith(before, StringComparison.Ordinal) ? both[before.Length..] : tokenizer.Decode([id]);
    }
}
