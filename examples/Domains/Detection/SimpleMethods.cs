namespace Detection;

/// <summary>What needs no net: cells by colour, and counts.</summary>
internal static class SimpleMethods
{
    public static IReadOnlyList<(string Name, Func<Smear, FoundCells> Find)> Of(IReadOnlyList<Smear> train)
    {
        var stain = StainedBlobs.Fit(train);
        var area = AreaCount.Fit(train);
        int[] counts = [.. train.Select(smear => smear.Of(Smear.Red).Count).Order()];
        return
        [
            ("constant count", _ => new FoundCells([null, null, null], counts[counts.Length / 2])),
            ("area count", smear => new FoundCells([null, null, null], area.Count(smear))),
            ("colour threshold", smear => new FoundCells([null, stain.White(smear), stain.Platelets(smear)], double.NaN)),
        ];
    }
}
