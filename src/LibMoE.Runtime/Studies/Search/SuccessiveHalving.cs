namespace LibMoE.Runtime;

/// <summary>One level of a search: so many trials, each of so many steps.</summary>
/// <param name="Trials">How many.</param>
/// <param name="Steps">Optimiser steps of each.</param>
public sealed record SearchRung(int Trials, int Steps);

/// <summary>Few steps for many trials, more for the best of them (Jamieson and Talwalkar 2016; as the inner loop of Hyperband, Li et al.
/// 2018).</summary>
public static class SuccessiveHalving
{
    /// <summary>
    /// The rungs i = 0 … s: n_i = ⌊B/(s+1)·η^(s−i)⌋ trials of r_i = ⌊R·η^(i−s)⌋ steps, so that each costs as much as ⌊B/(s+1)⌋ trainings
    /// of R steps and all together no more than B. s is the largest with r_0 at least <paramref name="least"/> and a trial on the last
    /// rung.
    /// </summary>
    /// <param name="budget">B, in trainings of all steps.</param>
    /// <param name="eta">η: the best 1/η of the trials go on with η times the steps; below 2 there is one rung.</param>
    /// <param name="steps">R, the steps of a whole training.</param>
    /// <param name="least">The fewest steps that a trial is worth.</param>
    public static IReadOnlyList<SearchRung> Rungs(int budget, int eta, int steps, int least)
    {
        var (halvings, power) = (0, 1L);
        while (eta >= 2 && steps / (power * eta) >= Math.Max(1, least) && budget / (halvings + 2) >= 1)
        {
            (halvings, power) = (halvings + 1, power * eta);
        }

        var rungs = new List<SearchRung>();
        for (; power >= 1; power /= Math.Max(2, eta))
        {
            rungs.Add(new SearchRung((int)(budget * power / (halvings + 1)), (int)(steps / power)));
        }

        return rungs;
    }
}
