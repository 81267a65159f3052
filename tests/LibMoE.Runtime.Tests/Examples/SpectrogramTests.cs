using Speech;

namespace LibMoE.Runtime.Tests.Examples;

/// <summary>The spectrogram of examples/Domains/Speech, which NWaves computes, against plain float64 sums.</summary>
public sealed class SpectrogramTests
{
    private const int Window = 256;
    private const int Hop = 64;

    [Fact]
    public void It_is_the_logarithm_of_the_power_in_slaneys_mel_bands_stretched_and_scaled_by_band()
    {
        var random = new Random(5);
        float[] samples = [.. Enumerable.Range(0, 3000).Select(at =>
            (float)(Math.Sin(0.2 * at) + 0.5 * Math.Sin(1.1 * at + at * at / 4000.0) + 0.1 * random.NextDouble()))];
        var expected = Oracle(samples);
        var made = Spectrogram.Of(samples);

        Assert.Equal(Spectrogram.Bands * Spectrogram.Columns, made.Length);
        Assert.All(made.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 0.02));
    }

    private static double[] Oracle(float[] samples)
    {
        var frames = (samples.Length - Window) / Hop + 1;
        var filters = Filters();
        var bands = Enumerable.Range(0, Spectrogram.Bands).Select(_ => new double[frames]).ToArray();
        for (var frame = 0; frame < frames; frame++)
        {
            double[] power = [.. Enumerable.Range(0, Window / 2 + 1).Select(bin =>
            {
                var (real, imaginary) = (0.0, 0.0);
                for (var at = 0; at < Window; at++)
                {
                    var value = samples[frame * Hop + at] * (0.5 - 0.5 * Math.Cos(2 * Math.PI * at / (Window - 1)));
                    real += value * Math.Cos(2 * Math.PI * bin * at / Window);
                    imaginary += value * Math.Sin(2 * Math.PI * bin * at / Window);
                }

                return (real * real + imaginary * imaginary) / Window;
            })];
            for (var band = 0; band < Spectrogram.Bands; band++)
            {
                bands[band][frame] = Math.Log(Math.Max(1e-8, filters[band].Zip(power, (weight, p) => weight * p).Sum()));
            }
        }

        return [.. bands.SelectMany(band =>
        {
            double[] columns = [.. Enumerable.Range(0, Spectrogram.Columns).Select(column =>
            {
                var place = column * (frames - 1.0) / (Spectrogram.Columns - 1);
                var before = Math.Min((int)place, frames - 2);
                return band[before] + (place - before) * (band[before + 1] - band[before]);
            })];
            var mean = columns.Average();
            var deviation = Math.Sqrt(columns.Average(value => (value - mean) * (value - mean)));
            return columns.Select(value => (value - mean) / (deviation + 1e-3));
        })];
    }

    /// <summary>Triangles of area 1 between centres that lie evenly on Slaney's scale (Auditory Toolbox 1998), linear up to
    /// 1 kHz.</summary>
    private static double[][] Filters()
    {
        const double Linear = 200.0 / 3, Corner = 1000, Step = 0.06875177742094912;
        double Mel(double hz) => hz < Corner ? hz / Linear : Corner / Linear + Math.Log(hz / Corner) / Step;
        double Hz(double mel) => mel < Corner / Linear ? mel * Linear : Corner * Math.Exp(Step * (mel - Corner / Linear));
        double[] edges = [.. Enumerable.Range(0, Spectrogram.Bands + 2)
            .Select(edge => Hz(Mel(Spectrogram.Rate / 2.0) * edge / (Spectrogram.Bands + 1)))];
        return [.. Enumerable.Range(0, Spectrogram.Bands).Select(band => Enumerable.Range(0, Window / 2 + 1).Select(bin =>
        {
            var hz = (double)bin * Spectrogram.Rate / Window;
            var rise = (hz - edges[band]) / (edges[band + 1] - edges[band]);
            var fall = (edges[band + 2] - hz) / (edges[band + 2] - edges[band + 1]);
            return Math.Max(0, Math.Min(rise, fall)) * 2 / (edges[band + 2] - edges[band]);
        }).ToArray())];
    }
}
