namespace LibMoE.Runtime.Tests.Checkpoints.Layouts.Gguf;

/// <summary>What llama.cpp computes from a GGUF file, in plain double loops: written from its code for each architecture, under the names
/// that tensors and settings have there. A matrix of sizes [n, m] has m rows of n numbers.</summary>
internal sealed class GgufForward(PlainGguf file)
{
    private readonly string _architecture = (string)file.Values["general.architecture"];

    /// <summary>Whether the ends of YaRN's passage between frequencies are whole pairs, as ggml has it whatever the file says.</summary>
    public bool RoundsPairs { get; init; } = true;

    private bool IsGptOss => _architecture == "gpt-oss";

    private int Heads => Int("attention.head_count");

    private int KeyValueHeads => Int("attention.head_count_kv");

    private int HeadWidth => Int("attention.key_length");

    public double[][] Logits(IReadOnlyList<long> ids)
    {
        var x = ids.Select(id => Rows("token_embd.weight").ElementAt((int)id)).ToArray();
        for (var block = 0; block < Int("block_count"); block++)
        {
            var name = $"blk.{block}.";
            var attention = Attention([.. x.Select(row => Rms(row, name + "attn_norm.weight"))], name, block);
            x = [.. x.Select((row, token) => Sum(row, attention[token]))];
            var norm = name + (IsGptOss ? "post_attention_norm.weight" : "ffn_norm.weight");
            x = [.. x.Select(row => Sum(row, FeedForward(Rms(row, norm), name)))];
        }

        var head = file.Tensors.ContainsKey("output.weight") ? "output.weight" : "token_embd.weight";
        return [.. x.Select(row => Multiply(Rms(row, "output_norm.weight"), head))];
    }

    private double[][] Attention(double[][] x, string name, int block)
    {
        if (_architecture == "deepseek2")
        {
            return Latents(x, name);
        }

        var queries = x.Select((row, position) => Turned(Biased(row, name + "attn_q"), name + "attn_q_norm.weight", position)).ToArray();
        var keys = x.Select((row, position) => Turned(Biased(row, name + "attn_k"), name + "attn_k_norm.weight", position)).ToArray();
        var values = x.Select(row => Biased(row, name + "attn_v").Chunk(HeadWidth).ToArray()).ToArray();
        // gpt-oss: of two blocks the first looks at a window, its own token among it.
        var window = IsGptOss && block % 2 == 0 ? Int("attention.sliding_window") : x.Length;
        var sinks = file.Tensors.TryGetValue(name + "attn_sinks.weight", out var stored) ? stored.Numbers : null;
        return [.. x.Select((_, token) => Biased(
            [.. Enumerable.Range(0, Heads).SelectMany(head =>
            {
                var (group, first) = (head / (Heads / KeyValueHeads), Math.Max(0, token + 1 - window));
                double[] scores = [.. Enumerable.Range(first, token + 1 - first).Select(past =>
                    Dot(queries[token][head], keys[past][group]) / Math.Sqrt(HeadWidth))];
                var weights = Softmax([.. scores, .. sinks is null ? [] : new double[] { sinks[head] }]);
                return Enumerable.Range(0, HeadWidth).Select(channel =>
                    scores.Select((_, past) => weights[past] * values[first + past][group][channel]).Sum());
            })],
            name + "attn_output"))];
    }

    /// <summary>ggml's NORM turns channels 2i and 2i + 1 together, as <c>llama</c> has it, its NEOX i and i + n/2.</summary>
    private double[][] Turned(double[] row, string norm, int position)
    {
        var weights = file.Tensors.TryGetValue(norm, out var stored) ? stored.Numbers.Length : 0;
        var heads = (weights == row.Length ? Rms(row, norm) : row).Chunk(HeadWidth);
        return [.. heads.Select(head => weights == HeadWidth && weights != row.Length ? Rms(head, norm) : head).Select(head =>
        {
            var (turned, half) = ((double[])head.Clone(), HeadWidth / 2);
            for (var i = 0; i < half; i++)
            {
                var (first, second) = _architecture == "llama" ? (2 * i, (2 * i) + 1) : (i, i + half);
                var (angle, length) = (position * Slowed(i, HeadWidth), IsYarn ? 1 + (0.1 * Math.Log(Factor)) : 1);
                turned[first] = length * ((head[first] * Math.Cos(angle)) - (head[second] * Math.Sin(angle)));
                turned[second] = length * ((head[first] * Math.Sin(angle)) + (head[second] * Math.Cos(angle)));
            }

            return turned;
        })];
    }

    /// <summary>Every head's query meets one key of each token, its latent and its turned channels; values are the latents.</summary>
    private double[][] Latents(double[][] x, string name)
    {
        var (rank, rotary) = (Int("attention.kv_lora_rank"), Int("rope.dimension_count"));
        var (width, value) = (Int("attention.key_length_mla"), Int("attention.value_length_mla"));
        var magnitude = 1 + (LogMultiplier * Math.Log(Factor));
        var queries = x.Select(row => (file.Tensors.ContainsKey(name + "attn_q.weight")
            ? Multiply(row, name + "attn_q.weight")
            : Multiply(Rms(Multiply(row, name + "attn_q_a.weight"), name + "attn_q_a_norm.weight"), name + "attn_q_b.weight"))
            .Chunk(width).ToArray()).ToArray();
        var keys = x.Select((row, position) =>
        {
            var down = Multiply(row, name + "attn_kv_a_mqa.weight");
            return (Latent: Rms(down[..rank], name + "attn_kv_a_norm.weight"), Turned: Pairs(down[rank..], position));
        }).ToArray();
        return [.. x.Select((_, token) => Multiply(
            [.. Enumerable.Range(0, Heads).SelectMany(head =>
            {
                var query = queries[token][head];
                var inLatent = Multiply(query[..(width - rotary)], name + "attn_k_b.weight", head);
                var turned = Pairs(query[(width - rotary)..], token);
                var weights = Softmax([.. keys[..(token + 1)].Select(key =>
                    magnitude * magnitude / Math.Sqrt(width) * (Dot(inLatent, key.Latent) + Dot(turned, key.Turned)))]);
                var mixed = Enumerable.Range(0, rank)
                    .Select(channel => weights.Select((weight, past) => weight * keys[past].Latent[channel]).Sum()).ToArray();
                return Multiply(mixed, name + "attn_v_b.weight", head);
            })],
            name + "attn_output.weight"))];
    }

    private double[] Pairs(double[] head, int position)
    {
        var turned = (double[])head.Clone();
        for (var i = 0; i < head.Length / 2; i++)
        {
            var angle = position * Slowed(i, head.Length);
            turned[2 * i] = (head[2 * i] * Math.Cos(angle)) - (head[(2 * i) + 1] * Math.Sin(angle));
            turned[(2 * i) + 1] = (head[2 * i] * Math.Sin(angle)) + (head[(2 * i) + 1] * Math.Cos(angle));
        }

        return turned;
    }

    private bool IsYarn =>
        file.Values.TryGetValue($"{_architecture}.rope.scaling.type", out var type) && (string)type == "yarn";

    /// <summary>ggml's YaRN: its ramp between the channels that turn 32 times and once in the first context.</summary>
    private double Slowed(int pair, int channels)
    {
        var (theta, usual) = (Float("rope.freq_base"), Math.Pow(Float("rope.freq_base"), -2.0 * pair / channels));
        if (!IsYarn)
        {
            return usual / Factor;
        }

        var (from, to) = RoundsPairs ? (Math.Floor(At(32)), Math.Ceiling(At(1))) : (At(32), At(1));
        var (low, high) = (Math.Max(0, from), Math.Min(channels - 1, to));
        var kept = 1 - Math.Clamp((pair - low) / Math.Max(0.001, high - low), 0, 1);
        return ((1 - kept) * usual / Factor) + (kept * usual);

        double At(double turns) =>
            channels * Math.Log(Int("rope.scaling.original_context_length") / (turns * 2 * Math.PI)) / (2 * Math.Log(theta));
    }

    private double LogMultiplier =>
        file.Values.TryGetValue("deepseek2.rope.scaling.yarn_log_multiplier", out var stated) ? (float)stated : 0;

    private double Factor => file.Values.ContainsKey($"{_architecture}.rope.scaling.factor") ? Float("rope.scaling.factor") : 1;

    private double[] FeedForward(double[] x, string name)
    {
        if (!file.Tensors.ContainsKey(name + "ffn_gate_inp.weight"))
        {
            return Gated(x, name, "", 0);
        }

        var logits = Biased(x, name + "ffn_gate_inp");
        double[] scores = Int("expert_gating_func") == 2 ? [.. logits.Select(logit => 1 / (1 + Math.Exp(-logit)))] : Softmax(logits);
        var choice = file.Tensors.TryGetValue(name + "exp_probs_b.bias", out var bias)
            ? scores.Zip(bias.Numbers, (score, b) => score + b).ToArray() : scores;
        var picked = Allowed(choice).OrderByDescending(expert => choice[expert]).Take(Int("expert_used_count")).ToList();

        // llama.cpp's code fixes it but for deepseek2: only olmoe's weights stay as they are.
        var normalizes = _architecture == "deepseek2" ? (bool)file.Values["deepseek2.expert_weights_norm"] : _architecture != "olmoe";
        var factor = Float("expert_weights_scale") / (normalizes ? picked.Sum(expert => scores[expert]) : 1);
        var y = picked.Select(expert => Gated(x, name, "_exps", expert).Select(value => value * scores[expert] * factor).ToArray())
            .Aggregate(Sum);
        return file.Tensors.ContainsKey(name + "ffn_up_shexp.weight") ? Sum(y, Gated(x, name, "_shexp", 0)) : y;
    }

    private IEnumerable<int> Allowed(double[] choice)
    {
        var groups = file.Values.ContainsKey($"{_architecture}.expert_group_count") ? Int("expert_group_count") : 1;
        return groups == 1 ? Enumerable.Range(0, choice.Length)
            : choice.Chunk(choice.Length / groups).Index().OrderByDescending(group => group.Item.OrderDescending().Take(2).Sum())
                .Take(Int("expert_group_used_count"))
                .SelectMany(group => Enumerable.Range(group.Index * group.Item.Length, group.Item.Length)).ToList();
    }

    private double[] Gated(double[] x, string name, string suffix, int expert)
    {
        var gate = Biased(x, $"{name}ffn_gate{suffix}", expert);
        var up = Biased(x, $"{name}ffn_up{suffix}", expert);
        if (IsGptOss)
        {
            // ggml's swiglu_oai with the constants of its caller.
            return Biased(
                [.. gate.Zip(up, (g, u) => (Math.Min(g, 7), Math.Clamp(u, -7, 7)))
                    .Select(pair => pair.Item1 / (1 + Math.Exp(-1.702 * pair.Item1)) * (pair.Item2 + 1))],
                $"{name}ffn_down{suffix}", expert);
        }

        return Multiply([.. gate.Zip(up, (g, u) => g / (1 + Math.Exp(-g)) * u)], $"{name}ffn_down{suffix}.weight", expert);
    }

    private double[] Biased(double[] x, string name, int matrix = 0)
    {
        var y = Multiply(x, name + ".weight", matrix);
        return file.Tensors.TryGetValue(name + ".bias", out var bias)
            ? [.. y.Zip(bias.Numbers.Skip(matrix * y.Length), (value, b) => value + b)] : y;
    }

    private double[] Multiply(double[] x, string name, int matrix = 0)
    {
        var sizes = file.Tensors[name].Sizes;
        Assert.Equal(sizes[0], x.Length);
        return [.. Rows(name).Skip(matrix * (int)sizes[1]).Take((int)sizes[1]).Select(row => Dot(row, x))];
    }

    private IEnumerable<double[]> Rows(string name) =>
        file.Tensors[name].Numbers.Chunk((int)file.Tensors[name].Sizes[0]).Select(row => Array.ConvertAll(row, number => (double)number));

    private double[] Rms(double[] x, string weight)
    {
        var scale = 1 / Math.Sqrt(x.Average(value => value * value) + Float("attention.layer_norm_rms_epsilon"));
        return [.. x.Zip(file.Tensors[weight].Numbers, (value, w) => value * scale * w)];
    }

    private int Int(string name) => (int)(uint)file.Values[$"{_architecture}.{name}"];

    private double Float(string name) => (float)file.Values[$"{_architecture}.{name}"];

    private static double[] Softmax(double[] logits)
    {
        var weights = logits.Select(logit => Math.Exp(logit - logits.Max())).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (left, right) => left * right).Sum();
}
