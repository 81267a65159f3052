namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Why a template cannot be read or run.</summary>
/// <param name="what">What is wrong, without a full stop.</param>
/// <param name="line">The line of the template; 0 where that is not known yet.</param>
internal sealed class JinjaException(string what, int line = 0) : Exception(line > 0 ? $"line {line}: {what}" : what)
{
    /// <summary>The line of the template; 0 where that is not known yet.</summary>
    public int Line => line;

    /// <summary>Whether the template refuses what it is given (<c>raise_exception</c>): then <see cref="What"/> is its own
    /// sentence.</summary>
    public bool IsRefusal { get; init; }

    /// <summary>What is wrong.</summary>
    public string What => what;

    /// <summary>The same with a line.</summary>
    public JinjaException At(int place) => new(what, place) { IsRefusal = IsRefusal };
}
