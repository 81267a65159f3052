using Speech;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>Who is learned from and who is measured in examples/Domains/Speech, on the data set itself.</summary>
public sealed class SpokenDigitTests
{
    [SkippableFact]
    public void A_speaker_who_is_held_out_is_measured_in_all_takes_and_learned_from_in_none()
    {
        SkipWithoutData();
        var whole = SpokenDigits.Load(groups: SpokenDigits.BySpeaker);
        var (lucas, spoken) = (
            Array.IndexOf([.. SpokenDigits.Speakers], "lucas"), Known(whole.Train).Concat(Known(whole.Test)).ToDictionary());

        var held = SpokenDigits.Load(speaker: "lucas", groups: SpokenDigits.BySpeaker);

        Assert.Equal((150, 750, 900), (held.Test.Count, held.Train.Count, spoken.Count));
        Assert.All(Enumerable.Range(0, held.Test.Count), row => Assert.Equal(lucas, spoken[Key(held.Test, row)]));
        Assert.All(Enumerable.Range(0, held.Train.Count), row => Assert.NotEqual(lucas, spoken[Key(held.Train, row)]));
        Assert.Equal(["lucas"], held.Groups);
    }

    [SkippableFact]
    public void The_official_test_has_fifty_takes_of_each_speaker_clean_or_in_five_strengths_of_noise()
    {
        SkipWithoutData();

        var (clean, noisy) = (SpokenDigits.Load(groups: SpokenDigits.BySpeaker), SpokenDigits.Load("10,0"));

        Assert.Equal(Enumerable.Repeat(50, 6), Counts(clean.Test));
        Assert.Equal(Enumerable.Repeat(300, 5), Counts(noisy.Test));
        Assert.Equal((600, 1800), (clean.Train.Count, noisy.Train.Count));
    }

    private static void SkipWithoutData() =>
        Skip.If(new DataFiles().Cache.Find("fsdd/test-takes-00-04.zip") is null, "fsdd is in no data folder of this machine.");

    private static IEnumerable<int> Counts(LabelledRows rows) =>
        rows.Groups!.CountBy(group => group).OrderBy(group => group.Key).Select(group => group.Value);

    private static IEnumerable<KeyValuePair<string, int>> Known(LabelledRows rows) =>
        Enumerable.Range(0, rows.Count).Select(row => KeyValuePair.Create(Key(rows, row), rows.Groups![row]));

    private static string Key(LabelledRows rows, int row)
    {
        var width = rows.Values.Length / rows.Count;
        return Convert.ToHexString(System.Runtime.InteropServices.MemoryMarshal.AsBytes(rows.Values.Slice(row * width, width)));
    }
}
