namespace LibMoE.Generators.Models;

/// <summary>Blocks of a model: First, First + Step, … up to Last.</summary>
/// <param name="First">The first, counted from 0.</param>
/// <param name="Last">The last that it may reach; null for the model's last.</param>
/// <param name="Step">1 for all of them, 2 for every second.</param>
internal sealed record BlockSpan(int First, int? Last, int Step)
{
    /// <summary>Whether a block is among them.</summary>
    public bool Contains(int block) => block >= First && block <= (Last ?? int.MaxValue) && (block - First) % Step == 0;

    /// <summary>The first block that is in both; null where none is.</summary>
    public int? Common(BlockSpan other)
    {
        // What is left of a division by the other's step repeats after as many turns as that step.
        var ahead = Math.Max(0, (other.First - First + Step - 1) / Step);
        for (var turn = 0; turn <= other.Step; turn++)
        {
            var block = First + ((ahead + turn) * Step);
            if (Contains(block) && other.Contains(block))
            {
                return block;
            }
        }

        return null;
    }
}
