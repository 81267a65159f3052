using System.Text.Json.Nodes;

namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.HuggingFace.Released;

/// <summary>The FFNs of releases for one token, in plain double loops: routers, experts one by one, in stacks or packed, shared experts,
/// and dense FFNs.</summary>
internal sealed class ReleasedMixture(JsonObject config, IReadOnlyDictionary<string, (long[] Shape, double[] Values)> tensors)
{
    private static readonly double[] Codes = [0, 0.5, 1, 1.5, 2, 3, 4, 6];

    private string Family => FamilyOf(config);

    private bool IsGranite => Family.StartsWith("granitemoe", StringComparison.Ordinal);

    /// <summary>Ling 2 calls itself what Ling 1 does, and states another class.</summary>
    public static string FamilyOf(JsonObject config) =>
        config["architectures"]?[0]!.GetValue<string>() == "BailingMoeV2ForCausalLM"
            ? "bailing_moe_v2"
            : config["model_type"]!.GetValue<string>();

    /// <summary>What the FFN of a layer makes of a token.</summary>
    public double[] Ffn(double[] x, string layer)
    {
        var block = layer + (tensors.Keys.Any(name => name.StartsWith(layer + "block_sparse_moe.", StringComparison.Ordinal))
            ? "block_sparse_moe." : "mlp.");
        var router = new[] { "gate.weight", "router.gate.weight", "router.weight", "router.layer.weight", "gate.wg.weight" }
            .Select(name => block + name).FirstOrDefault(tensors.ContainsKey);
        if (router is null)
        {
            return Gated(x, layer + "mlp.gate_proj", layer + "mlp.up_proj", layer + "mlp.down_proj");
        }

        var y = new double[x.Length];
        foreach (var (expert, weight) in Route(Linear(x, router[..^".weight".Length]), block))
        {
            y = [.. y.Zip(Expert(x, block, expert), (sum, value) => sum + (weight * value))];
        }

        return Shared(x, layer, block) is { } shared ? [.. y.Zip(shared, (routed, value) => routed + value)] : y;
    }

    /// <summary>W·x + b.</summary>
    public double[] Linear(double[] x, string name)
    {
        var bias = tensors.TryGetValue(name + ".bias", out var stored) ? stored.Values : null;
        return [.. tensors[name + ".weight"].Values.Chunk(x.Length).Select((row, i) => Dot(row, x) + (bias?[i] ?? 0))];
    }

    public static double Dot(IEnumerable<double> a, IEnumerable<double> b) => a.Zip(b, (left, right) => left * right).Sum();

    private IEnumerable<(int Expert, double Weight)> Route(double[] logits, string block)
    {
        var picks = Int(Family == "ernie4_5_moe" ? "moe_k" : Family == "hunyuan_v1_moe" ? "moe_topk" : "num_experts_per_tok");
        var softmax = Family is "hunyuan_v1_moe" or "ernie4_5_moe" or "bailing_moe" or "gpt_oss" or "flex_olmo" || IsGranite;
        var total = logits.Sum(Math.Exp);
        var scores = logits.Select(logit => softmax ? Math.Exp(logit) / total : 1 / (1 + Math.Exp(-logit))).ToArray();
        var bias = new[] { "gate.e_score_correction_bias", "e_score_correction_bias", "expert_bias", "gate.expert_bias",
            "moe_statics.e_score_correction_bias", "gate.moe_statics.e_score_correction_bias" }
            .Select(name => block + name).Where(tensors.ContainsKey).Select(name => tensors[name].Values).FirstOrDefault();
        var choice = scores.Select((score, expert) => score + (bias?[expert] ?? 0)).ToArray();
        if (Family is "dots1" or "glm4_moe" or "solar_open")
        {
            choice = Masked(choice);
        }

        var picked = Allowed(choice).OrderByDescending(expert => choice[expert]).Take(picks).ToArray();
        var divides = Family switch
        {
            "dots1" or "flex_olmo" => Bool("norm_topk_prob", false),
            "bailing_moe" => Bool("norm_topk_prob", false) && picks > 1,
            "glm4_moe" or "solar_open" => Bool("norm_topk_prob", true),
            "bailing_moe_v2" => picks > 1,
            _ => true,
        };
        var sum = divides ? picked.Sum(expert => scores[expert]) : 1;
        var scale = Number(Family == "hy_v3" ? "router_scaling_factor" : "routed_scaling_factor", Family == "hy_v3" ? 2.826 : 1);
        return picked.Select(expert => (expert, scores[expert] / sum * scale));
    }

    /// <summary>transformers' groups, as DeepSeek-V3's router has them there: what is outside the kept ones counts as 0.</summary>
    private double[] Masked(double[] choice)
    {
        var groups = config["n_group"]?.GetValue<int>() ?? 1;
        var size = choice.Length / groups;
        var kept = choice.Chunk(size).Index().OrderByDescending(group => group.Item.OrderDescending().Take(2).Sum())
            .Take(config["topk_group"]?.GetValue<int>() ?? 1).Select(group => group.Index).ToList();
        return [.. choice.Select((value, expert) => kept.Contains(expert / size) ? value : 0)];
    }

    /// <summary>Ling's groups: those with the largest sums of two.</summary>
    private IEnumerable<int> Allowed(double[] choice)
    {
        var all = Enumerable.Range(0, choice.Length);
        if (Family != "bailing_moe_v2")
        {
            return all;
        }

        var size = choice.Length / Int("n_group");
        var best = Enumerable.Range(0, Int("n_group"))
            .OrderByDescending(group => choice[(group * size)..((group + 1) * size)].OrderDescending().Take(2).Sum())
            .Take(Int("topk_group")).ToArray();
        return all.Where(expert => best.Contains(expert / size));
    }

    private double[] Expert(double[] x, string block, int expert)
    {
        if (Family == "gpt_oss")
        {
            return GptOss(x, block + "experts.", expert);
        }

        if (IsGranite)
        {
            return Rows(x, block + "input_linear.weight", block + "output_linear.weight", expert);
        }

        if (tensors.ContainsKey(block + "experts.gate_up_proj"))
        {
            return Rows(x, block + "experts.gate_up_proj", block + "experts.down_proj", expert);
        }

        var name = $"{block}experts.{expert}.";
        return tensors.ContainsKey(name + "w1.weight")
            ? Gated(x, name + "w1", name + "w3", name + "w2")
            : Gated(x, name + "gate_proj", name + "up_proj", name + "down_proj");
    }

    /// <summary>[E, 2H, D], gates above ups, and [E, D, H].</summary>
    private double[] Rows(double[] x, string gateUp, string down, int expert) =>
        Multiply(Half(Multiply(x, Slice(gateUp, expert))), Slice(down, expert));

    /// <summary>[E, D, 2H] with gate and up in turns and [E, H, D], or packed rows; the clamp and the biases of OpenAI's code.</summary>
    private double[] GptOss(double[] x, string name, int expert)
    {
        var both = Add(OutputRows(name + "gate_up_proj", expert).Select(row => Dot(row, x)), name + "gate_up_proj_bias", expert);
        var limit = Number("swiglu_limit", 7);
        var hidden = Enumerable.Range(0, both.Length / 2).Select(i =>
        {
            var (gate, up) = (Math.Min(both[2 * i], limit), Math.Clamp(both[(2 * i) + 1], -limit, limit));
            return (up + 1) * gate / (1 + Math.Exp(-1.702 * gate));
        }).ToArray();
        return Add(OutputRows(name + "down_proj", expert).Select(row => Dot(row, hidden)), name + "down_proj_bias", expert);
    }

    /// <summary>The row of each output.</summary>
    private IEnumerable<double[]> OutputRows(string name, int expert)
    {
        if (tensors.TryGetValue(name, out var stack))
        {
            var (inputs, outputs) = ((int)stack.Shape[1], (int)stack.Shape[2]);
            var matrix = Slice(name, expert);
            return Enumerable.Range(0, outputs)
                .Select(output => Enumerable.Range(0, inputs).Select(input => matrix[(input * outputs) + output]).ToArray());
        }

        var scales = Slice(name + "_scales", expert);
        var numbers = Slice(name + "_blocks", expert).SelectMany(value => new[] { (int)value % 16, (int)value / 16 })
            .Select((code, i) => (code < 8 ? 1 : -1) * Codes[code % 8] * Math.Pow(2, scales[i / 32] - 127)).ToArray();
        return numbers.Chunk(numbers.Length / (int)tensors[name + "_blocks"].Shape[1]);
    }

    private double[] Add(IEnumerable<double> x, string bias, int expert) => [.. x.Zip(Slice(bias, expert), (value, b) => value + b)];

    private double[]? Shared(double[] x, string layer, string block)
    {
        if (tensors.ContainsKey(layer + "shared_mlp.input_linear.weight"))
        {
            return Linear(Half(Linear(x, layer + "shared_mlp.input_linear")), layer + "shared_mlp.output_linear");
        }

        var module = new[] { "shared_experts.", "shared_mlp." }.Select(name => block + name)
            .FirstOrDefault(name => tensors.ContainsKey(name + "up_proj.weight"));
        return module is null ? null : Gated(x, module + "gate_proj", module + "up_proj", module + "down_proj");
    }

    private double[] Gated(double[] x, string gate, string up, string down) => Linear(Half([.. Linear(x, gate), .. Linear(x, up)]), down);

    private double[] Half(double[] both)
    {
        var half = both.Length / 2;
        return [.. both[..half].Zip(both[half..], (gate, up) => Act(gate) * up)];
    }

    private double Act(double x) => Family == "gemma"
        ? x / 2 * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x))))
        : x / (1 + Math.Exp(-x));

    private static double[] Multiply(double[] x, double[] rows) => [.. rows.Chunk(x.Length).Select(row => Dot(row, x))];

    private double[] Slice(string name, int expert)
    {
        var (shape, values) = tensors[name];
        var size = values.Length / (int)shape[0];
        return values[(expert * size)..((expert + 1) * size)];
    }

    private int Int(string name) => (config[name] is JsonArray all ? all[0]! : config[name]!).GetValue<int>();

    private double Number(string name, double absent) => config[name]?.GetValue<double>() ?? absent;

    private bool Bool(string name, bool absent) => config[name]?.GetValue<bool>() ?? absent;
}
