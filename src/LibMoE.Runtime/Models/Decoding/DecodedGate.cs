using System.CodeDom.Compiler;
using System.Reflection;
using LibMoE.Runtime.Kernels.Native;
using static TorchSharp.torch;

namespace LibMoE.Runtime.Models.Decoding;

/// <summary>
/// <see cref="SoftmaxGateAttribute"/> and <see cref="SigmoidGateAttribute"/> of one token, in evaluation: l = x·Wᵀ + b, s = softmax(l) or
/// sigmoid(l); the K experts of largest s are picked, ties to the lower, or with a <c>score_bias</c> c those of largest s + c, l + c where
/// it follows quantiles (<see cref="BiasUpdate.Quantile"/>); w_i = Scale·s_i/Σ_I s or Scale·s_i.
/// </summary>
internal sealed unsafe class DecodedGate : IDisposable
{
    private readonly DecodedWeights _weights;
    private readonly TopKGateAttribute _gate;
    private readonly float* _router_ED;
    private readonly float* _bias_E;
    private readonly float* _scoreBias_E;
    private readonly bool _biasIsOnLogits;
    private readonly float[] _selection_E;
    private readonly long[] _picks_K;
    private readonly (int Expert, float Weight)[] _weighed_K;
    private readonly RentedBuffer _logits_E;

    private DecodedGate(DecodedWeights weights, string prefix, TopKGateAttribute gate, MoeDeclaration declaration)
    {
        (_weights, _gate) = (weights, gate);
        _router_ED = weights[prefix + "router.weight"];
        _bias_E = weights[prefix + "router.bias"];
        _scoreBias_E = weights[prefix + "router.score_bias"];
        _biasIsOnLogits = declaration.Balance.Any(term => term is BiasBalanceAttribute { Update: BiasUpdate.Quantile });
        var experts = declaration.RoutableExperts;
        (_selection_E, _picks_K, _weighed_K) = (new float[experts], new long[gate.TopK], new (int, float)[gate.TopK]);
        _logits_E = new RentedBuffer((long)experts * sizeof(float));
    }

    private float* Logits_E => (float*)_logits_E.Pointer;

    /// <summary>Whether a layer's forward pass is the one that was emitted for its declaration, and all its experts are here.</summary>
    public static bool IsEmitted(MoeLayer layer) =>
        layer.GetType().GetCustomAttribute<GeneratedCodeAttribute>(inherit: false)?.Tool == "LibMoE.Generators"
        && layer.Shape is { Compute: null or ScalarType.Float32, Experts.Group.Size: 1 };

    /// <summary>The gate; null where its declaration asks for more than is written above.</summary>
    public static DecodedGate? Find(DecodedWeights weights, string prefix, MoeDeclaration declaration) =>
        declaration.Gate is GroupedGateAttribute
        {
            Groups: 0, PicksPerGroup: 0, LogitCap: 0, ExpertScale: false, WeighInput: false, SkipZero: false, Sinkhorn: false,
        }
        gate and (SoftmaxGateAttribute or SigmoidGateAttribute)
        && declaration.Balance.Any(term => term is BiasBalanceAttribute) == weights[prefix + "router.score_bias"] is not null
            ? new DecodedGate(weights, prefix, gate, declaration)
            : null;

    /// <summary>The picks of a token, best first, and their weights; an array that the next call writes over.</summary>
    public ReadOnlySpan<(int Expert, float Weight)> Picks(float* x_D)
    {
        var logits_E = new Span<float>(Logits_E, _selection_E.Length);
        _weights.Product.OfRows(_weights.Torch, _router_ED, x_D, _bias_E, logits_E.Length, _weights.Config.Dim, Logits_E);
        var largest = Largest(logits_E);
        var sum = _gate is SoftmaxGateAttribute ? SumOfExponentials(logits_E, largest) : 1;

        // Logits rank as scores do.
        logits_E.CopyTo(_selection_E);
        for (var e = 0; _scoreBias_E is not null && e < logits_E.Length; e++)
        {
            _selection_E[e] = (_biasIsOnLogits ? logits_E[e] : (float)Score(logits_E[e], largest, sum)) + _scoreBias_E[e];
        }

        TopPicks.Pick(_selection_E, _picks_K);
        Weigh(logits_E, largest, sum);
        return _weighed_K;
    }

    /// <inheritdoc />
    public void Dispose() => _logits_E.Dispose();

    private void Weigh(ReadOnlySpan<float> logits_E, double largest, double sum)
    {
        // Scores that are to be divided by their sum stand relative to the largest pick's, so that none underflows.
        var top = double.NegativeInfinity;
        foreach (var pick in _picks_K)
        {
            top = Math.Max(top, LogScore(logits_E[(int)pick]));
        }

        var total = 0.0;
        foreach (var pick in _picks_K)
        {
            total += Math.Exp(LogScore(logits_E[(int)pick]) - top);
        }

        for (var k = 0; k < _picks_K.Length; k++)
        {
            var expert = (int)_picks_K[k];
            var weight = _gate.Normalize ? Math.Exp(LogScore(logits_E[expert]) - top) / total : Score(logits_E[expert], largest, sum);
            _weighed_K[k] = (expert, (float)(_gate.Scale * weight));
        }
    }

    /// <summary>s.</summary>
    private double Score(double logit, double largest, double sum) =>
        _gate is SoftmaxGateAttribute ? Math.Exp(logit - largest) / sum : Math.Exp(LogScore(logit));

    /// <summary>ln s, but for what all logits of a softmax share.</summary>
    private double LogScore(double logit) =>
        _gate is SoftmaxGateAttribute ? logit : Math.Min(logit, 0) - Math.Log(1 + Math.Exp(-Math.Abs(logit)));

    private static float Largest(ReadOnlySpan<float> logits_E)
    {
        var largest = float.NegativeInfinity;
        foreach (var logit in logits_E)
        {
            largest = Math.Max(largest, logit);
        }

        return largest;
    }

    private static double SumOfExponentials(ReadOnlySpan<float> logits_E, double largest)
    {
        var sum = 0.0;
        foreach (var logit in logits_E)
        {
            sum += Math.Exp(logit - largest);
        }

        return sum;
    }
}
