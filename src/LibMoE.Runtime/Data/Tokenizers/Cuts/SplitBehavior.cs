namespace LibMoE.Runtime.Data.Tokenizers.Cuts;

/// <summary>What becomes of the matches at which a text is cut, and of what lies between (Hugging Face tokenizers,
/// SplitDelimiterBehavior).</summary>
internal enum SplitBehavior
{
    /// <summary>Each is a piece.</summary>
    Isolated,

    /// <summary>Matches are left out.</summary>
    Removed,

    /// <summary>Neighbouring matches are one piece.</summary>
    Contiguous,

    /// <summary>A match ends the piece before it.</summary>
    MergedWithPrevious,

    /// <summary>A match begins the piece after it.</summary>
    MergedWithNext,
}

/// <summary>Cuts a text at matches.</summary>
/// <param name="Expression">What matches.</param>
/// <param name="Behavior">What becomes of the parts.</param>
/// <param name="Inverts">Whether the matches count as what lies between, and the reverse.</param>
internal sealed record TextSplit(CodePointRegex Expression, SplitBehavior Behavior, bool Inverts)
{
    /// <summary>The pieces in order, none of them empty.</summary>
    public IEnumerable<(int Offset, int Length)> Of(string text)
    {
        var parts = Parts(text);
        var pieces = Behavior switch
        {
            SplitBehavior.Isolated => parts,
            SplitBehavior.Removed => parts.Where(part => !part.IsMatch),
            SplitBehavior.Contiguous => Join(parts, (part, before) => part.IsMatch == before.IsMatch),
            SplitBehavior.MergedWithPrevious => Join(parts, (part, before) => part.IsMatch && !before.IsMatch),
            _ => Join(parts, (part, before) => !part.IsMatch && before.IsMatch),
        };
        return pieces.Where(piece => piece.Length > 0).Select(piece => (piece.Offset, piece.Length));
    }

    /// <summary>Matches, and what lies between them.</summary>
    private IEnumerable<Part> Parts(string text)
    {
        var done = 0;
        foreach (var (offset, length) in Expression.Matches(text))
        {
            // An empty match right after another cuts nothing that is not cut.
            if (length == 0 && offset == done && offset > 0)
            {
                continue;
            }

            if (offset > done)
            {
                yield return new Part(done, offset - done, Inverts);
            }

            yield return new Part(offset, length, !Inverts);
            done = offset + length;
        }

        if (done < text.Length)
        {
            yield return new Part(done, text.Length - done, Inverts);
        }
    }

    /// <summary>Joins each part with the one before it where a rule says so.</summary>
    private static IEnumerable<Part> Join(IEnumerable<Part> parts, Func<Part, Part, bool> belongs)
    {
        var (joined, before) = ((Part?)null, default(Part));
        foreach (var part in parts)
        {
            if (joined is { } piece && belongs(part, before))
            {
                joined = piece with { Length = piece.Length + part.Length };
            }
            else
            {
                if (joined is { } whole)
                {
                    yield return whole;
                }

                joined = part;
            }

            before = part;
        }

        if (joined is { } last)
        {
            yield return last;
        }
    }

    private readonly record struct Part(int Offset, int Length, bool IsMatch);
}
