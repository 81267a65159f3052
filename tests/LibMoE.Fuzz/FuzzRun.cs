using LibMoE.Runtime;

namespace LibMoE.Fuzz;

/// <summary>Gives inputs to a target and judges what it does.</summary>
public static class FuzzRun
{
    private const int LongestMessage = 2000;

    /// <summary>One input: read, or refused by one of our own exceptions with a message of one line, in little memory.</summary>
    /// <returns>Whether the input was read.</returns>
    /// <exception cref="FuzzFindingException">It did something else.</exception>
    public static bool One(FuzzTarget target, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = IsRead(target, input);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        return taken <= input.Length + (target.Memory ?? taken)
            ? read
            : throw new FuzzFindingException(target.Name, input, $"takes {taken} bytes for {input.Length}");
    }

    /// <summary>Mutated inputs, the same ones for the same seed.</summary>
    /// <param name="target">The reader.</param>
    /// <param name="runs">How many.</param>
    /// <param name="seed">Decides them.</param>
    /// <param name="more">Inputs to start from beside the target's own.</param>
    /// <returns>How many of them were read.</returns>
    /// <exception cref="FuzzFindingException">The first finding.</exception>
    public static int Mutate(FuzzTarget target, int runs, int seed, IEnumerable<byte[]>? more = null)
    {
        target.Prepare();
        List<byte[]> inputs = [.. target.Seeds(), .. more ?? []];
        var read = inputs.Count(input => One(target, input));
        var mutations = new Mutations(inputs, new Random(seed));
        for (var run = 0; run < runs; run++)
        {
            read += One(target, mutations.Next()) ? 1 : 0;
        }

        return read;
    }

    /// <summary>What is said of an input: the refusal, or that it was read.</summary>
    public static string Answer(FuzzTarget target, byte[] input)
    {
        target.Prepare();
        try
        {
            target.Run(input);
            return "read";
        }
        catch (Exception refusal)
        {
            return $"{refusal.GetType().Name}: {refusal.Message}";
        }
    }

    private static bool IsRead(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
            return true;
        }
        catch (Exception refusal) when (refusal is StorageException or ConfigurationException or EvaluationDataException)
        {
            return refusal.Message.Length <= LongestMessage && !refusal.Message.Any(char.IsControl)
                ? false
                : throw new FuzzFindingException(target.Name, input, "refuses with a message that is not one short line", refusal);
        }
        catch (Exception fault) when (fault is not FuzzFindingException)
        {
            throw new FuzzFindingException(target.Name, input, $"fails with {fault.GetType().Name} ({fault.Message})", fault);
        }
    }
}
