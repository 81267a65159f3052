namespace LibMoE.Runtime.Data.Tokenizers.Jinja;

/// <summary>Counts what a run costs, so that every template ends: a file of somebody else's is not trusted to.</summary>
internal sealed class RunMeter
{
    /// <summary>The most that a run may cost: a step, a value, eight characters that are made or 64 that are looked at each cost
    /// one.</summary>
    public const long MostCost = 20_000_000;

    /// <summary>The most characters of a text, and of what is rendered.</summary>
    public const int MostCharacters = 1 << 24;

    /// <summary>How deep values, and what is computed, may stand in one another.</summary>
    public const int Deepest = 300;

    private const int MadePerCost = 8;
    private const int SeenPerCost = 64;

    private long _cost;
    private int _depth;

    /// <summary>Counts steps or values.</summary>
    /// <exception cref="JinjaException">It is more than may be.</exception>
    public void Spend(long cost)
    {
        _cost += Math.Min(cost, MostCost);
        if (_cost > MostCost)
        {
            throw new JinjaException(FormattableString.Invariant($"it takes more than {MostCost:N0} steps, and is stopped"));
        }
    }

    /// <summary>Counts characters that are made, before they are.</summary>
    /// <exception cref="JinjaException">It is more than may be.</exception>
    public void Make(long count)
    {
        RequireRoom(count);
        Spend(1 + (count / MadePerCost));
    }

    /// <summary>Refuses a text that is too long.</summary>
    /// <exception cref="JinjaException">It has more characters than it may.</exception>
    public static void RequireRoom(long characters)
    {
        if (characters > MostCharacters)
        {
            throw new JinjaException(
                FormattableString.Invariant($"it makes a text of more than {MostCharacters:N0} characters, and is stopped"));
        }
    }

    /// <summary>Counts characters that are looked at.</summary>
    /// <exception cref="JinjaException">It is more than may be.</exception>
    public void Look(long count) => Spend(1 + (count / SeenPerCost));

    /// <summary>Counts a value that is looked at inside of others.</summary>
    /// <exception cref="JinjaException">It stands too deep.</exception>
    public void Nested(int depth)
    {
        Spend(1);
        if (depth > Deepest)
        {
            throw TooDeep();
        }
    }

    /// <summary>Begins a step inside of another.</summary>
    /// <exception cref="JinjaException">It stands too deep.</exception>
    public void Enter()
    {
        Spend(1);
        if (++_depth > Deepest)
        {
            throw TooDeep();
        }
    }

    /// <summary>Ends it.</summary>
    public void Leave() => _depth--;

    private static JinjaException TooDeep() => new($"values, calls or expressions stand in one another more than {Deepest} deep");
}
