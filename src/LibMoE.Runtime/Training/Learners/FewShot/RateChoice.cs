namespace LibMoE.Runtime.Training.Learners.FewShot;

/// <summary>A learning rate for each domain that its own held-out text has no part in choosing.</summary>
internal static class RateChoice
{
    /// <summary>ℓ_{d,r(d)} of each domain d, where r(d) = argmin_r Σ_{e≠d} ℓ_{e,r}: its loss at the rate that is best for the others. A
    /// loss that is no number is never the least. Of rates that are equally good, the first.</summary>
    /// <param name="losses_DR">ℓ: of each domain, the loss at each rate.</param>
    public static double[] Losses(IReadOnlyList<IReadOnlyList<double>> losses_DR) =>
        [.. losses_DR.Select((own_R, domain) => own_R[Best(losses_DR.Where((_, other) => other != domain), own_R.Count)])];

    private static int Best(IEnumerable<IReadOnlyList<double>> others_DR, int rates)
    {
        double[] sums_R = [.. Enumerable.Range(0, rates).Select(rate => others_DR.Sum(losses_R => losses_R[rate]))];
        return Enumerable.Range(0, rates).MinBy(rate => double.IsNaN(sums_R[rate]) ? double.PositiveInfinity : sums_R[rate]);
    }
}
