using System.Numerics;

namespace LibMoE.Runtime.Tests.Evaluation.Reference;

/// <summary>
/// The Llama architecture (Touvron et al. 2023) in plain loops of float64 over a llama2.c file: no tensors, no batches, nothing kept
/// between sequences. Written from the formulas.
/// </summary>
internal sealed class PlainLlama
{
    private const double Epsilon = 1e-5;
    private readonly int _dim;
    private readonly int _hidden;
    private readonly int _heads;
    private readonly int _groups;
    private readonly int _vocabulary;
    private readonly double[] _embedding;
    private readonly double[] _finalNorm;
    private readonly double[] _head;
    private readonly Layer[] _layers;

    public PlainLlama(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        (_dim, _hidden) = (reader.ReadInt32(), reader.ReadInt32());
        var layers = reader.ReadInt32();
        (_heads, _groups, _vocabulary) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        Context = reader.ReadInt32();
        var (kv, pairs) = (_dim / _heads * _groups, _dim / _heads / 2);
        _embedding = Read(_vocabulary * _dim);
        var attentionNorm = ReadAll(_dim);
        var (query, key, value, output) = (ReadAll(_dim * _dim), ReadAll(kv * _dim), ReadAll(kv * _dim), ReadAll(_dim * _dim));
        var ffnNorm = ReadAll(_dim);
        var (gate, down, up) = (ReadAll(_hidden * _dim), ReadAll(_dim * _hidden), ReadAll(_hidden * _dim));
        _finalNorm = Read(_dim);
        _ = Read(2 * Context * pairs);
        _head = _embedding;
        _layers = [.. Enumerable.Range(0, layers).Select(layer => new Layer(
            attentionNorm[layer], query[layer], key[layer], value[layer], output[layer], ffnNorm[layer], gate[layer], down[layer],
            up[layer]))];

        double[] Read(int count)
        {
            var values = new double[count];
            for (var i = 0; i < count; i++)
            {
                values[i] = reader.ReadSingle();
            }

            return values;
        }

        double[][] ReadAll(int count) => [.. Enumerable.Range(0, layers).Select(_ => Read(count))];
    }

    public int Context { get; }

    /// <summary>Σ ln p of the tokens from <paramref name="first"/> on, and whether each is the most likely one.</summary>
    public (double LogLikelihood, bool Greedy) Score(int[] ids, int first)
    {
        var hidden = Forward(ids.AsSpan(0, ids.Length - 1));
        var (sum, greedy) = (0.0, true);
        for (var i = first; i < ids.Length; i++)
        {
            var logits = Times(_head, Normalized(hidden[i - 1], _finalNorm), _vocabulary);
            var most = logits.Max();
            sum += logits[ids[i]] - most - Math.Log(logits.Sum(logit => Math.Exp(logit - most)));
            greedy &= Array.IndexOf(logits, most) == ids[i];
        }

        return (sum, greedy);
    }

    private double[][] Forward(ReadOnlySpan<int> ids)
    {
        var x = new double[ids.Length][];
        for (var t = 0; t < ids.Length; t++)
        {
            x[t] = _embedding[(ids[t] * _dim)..((ids[t] + 1) * _dim)];
        }

        foreach (var layer in _layers)
        {
            Attend(x, layer);
            foreach (var token in x)
            {
                var normalized = Normalized(token, layer.FfnNorm);
                var (gate, up) = (Times(layer.Gate, normalized, _hidden), Times(layer.Up, normalized, _hidden));
                for (var i = 0; i < _hidden; i++)
                {
                    up[i] *= gate[i] / (1 + Math.Exp(-gate[i]));
                }

                Add(token, Times(layer.Down, up, _dim));
            }
        }

        return x;
    }

    private void Attend(double[][] x, Layer layer)
    {
        var width = _dim / _heads;
        var (queries, keys, values) = (new double[x.Length][], new double[x.Length][], new double[x.Length][]);
        for (var t = 0; t < x.Length; t++)
        {
            var normalized = Normalized(x[t], layer.AttentionNorm);
            queries[t] = Rotated(Times(layer.Query, normalized, _dim), t, width);
            keys[t] = Rotated(Times(layer.Key, normalized, width * _groups), t, width);
            values[t] = Times(layer.Value, normalized, width * _groups);
        }

        for (var t = 0; t < x.Length; t++)
        {
            var mixed = new double[_dim];
            for (var head = 0; head < _heads; head++)
            {
                var group = head / (_heads / _groups) * width;
                var weights = new double[t + 1];
                for (var s = 0; s <= t; s++)
                {
                    for (var c = 0; c < width; c++)
                    {
                        weights[s] += queries[t][(head * width) + c] * keys[s][group + c];
                    }

                    weights[s] /= Math.Sqrt(width);
                }

                var most = weights.Max();
                var total = 0.0;
                for (var s = 0; s <= t; s++)
                {
                    total += weights[s] = Math.Exp(weights[s] - most);
                }

                for (var s = 0; s <= t; s++)
                {
                    for (var c = 0; c < width; c++)
                    {
                        mixed[(head * width) + c] += weights[s] / total * values[s][group + c];
                    }
                }
            }

            Add(x[t], Times(layer.Output, mixed, _dim));
        }
    }

    /// <summary>Channels 2i and 2i + 1 of every head are turned by position · 10000^(−2i/width).</summary>
    private static double[] Rotated(double[] x, int position, int width)
    {
        for (var i = 0; i < x.Length; i += 2)
        {
            var angle = position * Math.Pow(10000, -(double)(i % width) / width);
            var (sin, cos) = Math.SinCos(angle);
            (x[i], x[i + 1]) = ((x[i] * cos) - (x[i + 1] * sin), (x[i] * sin) + (x[i + 1] * cos));
        }

        return x;
    }

    private static double[] Normalized(double[] x, double[] weights)
    {
        var squares = 0.0;
        foreach (var value in x)
        {
            squares += value * value;
        }

        var scale = 1 / Math.Sqrt((squares / x.Length) + Epsilon);
        var normalized = new double[x.Length];
        for (var i = 0; i < x.Length; i++)
        {
            normalized[i] = x[i] * scale * weights[i];
        }

        return normalized;
    }

    private static double[] Times(double[] matrix, double[] x, int rows)
    {
        var result = new double[rows];
        for (var row = 0; row < rows; row++)
        {
            result[row] = Dot(matrix.AsSpan(row * x.Length, x.Length), x);
        }

        return result;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var (sums, i) = (Vector<double>.Zero, 0);
        for (; i <= x.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            sums += new Vector<double>(x[i..]) * new Vector<double>(y[i..]);
        }

        var sum = Vector.Sum(sums);
        for (; i < x.Length; i++)
        {
            sum += x[i] * y[i];
        }

        return sum;
    }

    private static void Add(double[] x, double[] y)
    {
        for (var i = 0; i < x.Length; i++)
        {
            x[i] += y[i];
        }
    }

    private sealed record Layer(
        double[] AttentionNorm, double[] Query, double[] Key, double[] Value, double[] Output, double[] FfnNorm, double[] Gate,
        double[] Down, double[] Up);
}
