using System.Globalization;
using Domains;
using LibMoE.Runtime;
using NWaves.Audio;

namespace Speech;

/// <summary>
/// The Free Spoken Digit Dataset (Jackson et al. 2018): <c>7_lucas_3.wav</c> is take 3 of a seven. Takes 0 to 4 are the official test,
/// which is measured clean and in white noise of four strengths, or clean by speaker; of a speaker who is held out all takes are.
/// </summary>
internal static class SpokenDigits
{
    /// <summary>What accuracy and experts are shown by: strengths of noise, or speakers in clean speech.</summary>
    public const string ByNoise = "noise", BySpeaker = "speaker";

    private static readonly string[] Archives = ["test-takes-00-04.zip", "train-takes-05-09.zip", "train-takes-10-14.zip"];
    private static readonly double[] TestNoise = [double.PositiveInfinity, 10, 5, 0, -5];

    public static IReadOnlyList<string> Speakers { get; } = ["george", "jackson", "lucas", "nicolas", "theo", "yweweler"];

    /// <summary>Reads and hears everything once.</summary>
    /// <param name="noise">Ratios in dB that copies to learn from have, with commas between.</param>
    /// <param name="speaker">Who is held out; empty for nobody.</param>
    /// <param name="groups"><see cref="ByNoise"/>, which empty is too, or <see cref="BySpeaker"/>.</param>
    public static ClassifierData Load(string noise = "", string speaker = "", string groups = "")
    {
        if (speaker.Length > 0 && !Speakers.Contains(speaker))
        {
            throw new ConfigurationException($"Speech:Speaker is '{speaker}'; it must be one of {string.Join(", ", Speakers)}.");
        }

        if (groups is not ("" or ByNoise or BySpeaker))
        {
            throw new ConfigurationException($"Speech:Groups is '{groups}'; it must be {ByNoise} or {BySpeaker}.");
        }

        double[] learned = [double.PositiveInfinity, .. noise.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Ratio)];
        var takes = Read(new DataFiles());
        var test = takes.Where(take => speaker.Length > 0 ? take.Speaker == speaker : take.Number < 5).ToList();
        var train = takes.Where(take => speaker.Length > 0 ? take.Speaker != speaker : take.Number >= 5).ToList();
        double[] measured = groups == BySpeaker ? [double.PositiveInfinity] : TestNoise;
        string[] names = groups != BySpeaker ? [.. TestNoise.Select(Words)] : speaker.Length > 0 ? [speaker] : [.. Speakers];
        return new ClassifierData(
            $"spoken digits{(speaker.Length > 0 ? $", {speaker} held out" : "")}", [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")],
            Heard(train, learned, GroupOf), Heard(test, measured, GroupOf))
        {
            Groups = names,
            Baselines = [("nearest neighbours", data => NearestNeighbours.Predict(data))],
        };

        // Of what is learned from and not measured, the first.
        int GroupOf(Take take, double ratio) =>
            Math.Max(0, groups == BySpeaker ? Array.IndexOf(names, take.Speaker) : Array.IndexOf(TestNoise, ratio));
    }

    /// <summary>Each take at each ratio.</summary>
    private static LabelledRows Heard(IReadOnlyList<Take> takes, double[] ratios, Func<Take, double, int> groupOf)
    {
        (Take Take, double Ratio)[] all = [.. from ratio in ratios from take in takes select (take, ratio)];
        var values = new float[all.Length][];
        Parallel.For(0, all.Length, at => values[at] = Spectrogram.Of(all[at].Take.In(all[at].Ratio)));
        return new LabelledRows(
            [.. values.SelectMany(value => value)], [Spectrogram.Bands, Spectrogram.Columns], [.. all.Select(pair => pair.Take.Digit)],
            [.. all.Select(pair => groupOf(pair.Take, pair.Ratio))]);
    }

    /// <summary>The first fifteen takes of every digit and speaker, from the parts that the set was packed in or from its release
    /// 1.0.10.</summary>
    private static List<Take> Read(DataFiles files)
    {
        const string Url = "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/tags/v1.0.10.zip";
        List<string> parts = [.. Archives.Select(archive => files.Cache.Find($"fsdd/{archive}")).OfType<string>()];
        if (parts.Count < Archives.Length)
        {
            parts = [files.Require(
                [new("fsdd/free-spoken-digit-dataset-1.0.10.zip")
                {
                    Url = Url, Sha256 = "c680098f5d2355ba7cc4bd8b0ca9e0a24c00ebe3b4c552208889a4d28d4fbc2b",
                }],
                $"download {Url}")];
        }

        var recordings = PinnedEntries.Read(
            parts, name => name.EndsWith(".wav", StringComparison.Ordinal) && Take.NumberOf(name) < 15);
        PinnedEntries.Check(
            recordings, string.Join(", ", parts), "d35bba486dc0c69a10f0b875db20887b4e6fc54a5ae9e14d2fbca576779e1b4a");
        return recordings.ConvertAll(Take.Of);
    }

    private static double Ratio(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var ratio)
        ? ratio
        : throw new ConfigurationException($"Speech:Noise is '{text}'; it must be numbers of dB with commas between, such as 10,0.");

    private static string Words(double ratio) => double.IsInfinity(ratio) ? "clean" : $"{ratio} dB";

    private sealed record Take(string Name, int Digit, string Speaker, int Number, float[] Samples)
    {
        public static int NumberOf(string name) =>
            int.Parse(Path.GetFileNameWithoutExtension(name).Split('_')[2], CultureInfo.InvariantCulture);

        public static Take Of((string Name, byte[] Bytes) recording)
        {
            var parts = Path.GetFileNameWithoutExtension(recording.Name).Split('_');
            return new Take(
                recording.Name, int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], NumberOf(recording.Name),
                new WaveFile(new MemoryStream(recording.Bytes))[Channels.Left].Samples);
        }

        /// <summary>With white noise, the same for a take and a ratio each time: its power is the signal's over 10^(dB/10).</summary>
        public float[] In(double ratio)
        {
            if (double.IsInfinity(ratio))
            {
                return Samples;
            }

            var random = new Random(Name.Aggregate((int)ratio, (seed, letter) => unchecked(31 * seed + letter)));
            var deviation = Math.Sqrt(Samples.Average(sample => (double)sample * sample) / Math.Pow(10, ratio / 10));
            return [.. Samples.Select(sample => (float)(sample + deviation * Normal()))];

            double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        }
    }
}
