using NWaves.FeatureExtractors;
using NWaves.FeatureExtractors.Options;
using NWaves.Filters.Fda;
using NWaves.Windows;

namespace Speech;

/// <summary>The logarithm of the energy in mel bands over time, by NWaves: Slaney's filters, windows of 32 ms every 8 ms, at
/// 8 kHz.</summary>
internal static class Spectrogram
{
    public const int Bands = 32;
    public const int Columns = 32;
    public const int Rate = 8000;

    private const int Window = 256;
    private const int Hop = 64;

    /// <summary>Of any length [B, 32], stretched to 32 columns; every band has mean 0 and deviation 1 over the utterance, which takes
    /// away the microphone and most of the noise's colour.</summary>
    public static float[] Of(float[] samples)
    {
        var extractor = new FilterbankExtractor(new FilterbankOptions
        {
            SamplingRate = Rate,
            FrameSize = Window,
            HopSize = Hop,
            FftSize = Window,
            Window = WindowType.Hann,
            FilterBank = FilterBanks.MelBankSlaney(Bands, Window, Rate),
            NonLinearity = NonLinearityType.LogE,
            LogFloor = 1e-8f,
        });
        var frames = extractor.ComputeFrom(samples.Length >= Window ? samples : [.. samples, .. new float[Window - samples.Length]]);
        return [.. Enumerable.Range(0, Bands)
            .SelectMany(band => Scaled([.. Enumerable.Range(0, Columns).Select(column => At(frames, band, column))]))];
    }

    /// <summary>Between the two nearest frames.</summary>
    private static double At(List<float[]> frames, int band, int column)
    {
        var place = column * (frames.Count - 1.0) / (Columns - 1);
        var before = (int)place;
        var after = Math.Min(before + 1, frames.Count - 1);
        return frames[before][band] + (place - before) * (frames[after][band] - frames[before][band]);
    }

    private static IEnumerable<float> Scaled(double[] values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return values.Select(value => (float)((value - mean) / (deviation + 1e-3)));
    }
}
