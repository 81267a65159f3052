using System.Text.Json.Serialization;

namespace LibMoE.Runtime;

/// <summary>
/// The backbone of a decoder-only language model of the Llama family: everything but what is inside its mixture layers. Embedding, then
/// per block x += attention(norm(x)) and x += ffn(norm(x)), then norm and head.
/// </summary>
public sealed record ModelConfig
{
    /// <summary>V: how many token ids there are; 256 for bytes.</summary>
    public int Vocabulary { get; init; } = 256;

    /// <summary>D: the width of the residual stream.</summary>
    public int Dim { get; init; } = 64;

    /// <summary>How many blocks of attention and FFN.</summary>
    public int Layers { get; init; } = 2;

    /// <summary>Query heads.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Key and value heads, each shared by Heads/KeyValueHeads query heads (Ainslie et al. 2023);
    /// null takes <see cref="Heads"/>.</summary>
    public int? KeyValueHeads { get; init; }

    /// <summary>Channels of a head; null takes Dim/Heads. Heads·HeadDim need not be Dim.</summary>
    public int? HeadDim { get; init; }

    /// <summary>H: hidden width of the dense FFN, and of experts that declare none.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>The longest sequence, in tokens.</summary>
    public int Context { get; init; } = 64;

    /// <summary>The normalisation.</summary>
    public NormKind Norm { get; init; } = NormKind.Rms;

    /// <summary>Gives <see cref="NormKind.Layer"/> a bias.</summary>
    public bool NormBias { get; init; }

    /// <summary>Where blocks normalise; what the head reads is normalised in any case.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public NormPlacement NormPlacement { get; init; }

    /// <summary>Weights of norms are kept as what they differ from 1 by: x̂ ⊙ (1 + w), w starting at 0 (Gemma, Gemma Team 2024).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool NormUnitOffset { get; init; }

    /// <summary>ε of the normalisation; above 0.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>The share of a head's channels that is rotary, from 0 (no positions) to 1;
    /// the product is rounded down to an even number.</summary>
    public double RotaryFraction { get; init; } = 1;

    /// <summary>The base of the rotary frequencies.</summary>
    public double RotaryBase { get; init; } = 10000;

    /// <summary>How the rotary frequencies are scaled for long texts, as Llama 3.1 and gpt-oss do; null leaves them as they
    /// are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>Which channels a rotary embedding turns together.</summary>
    public RotaryLayout RotaryLayout { get; init; } = RotaryLayout.Half;

    /// <summary>W: a token sees itself and the W − 1 tokens before it (Longformer, Beltagy et al. 2020; Mistral), at least 1; null lets it
    /// see all before it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Window { get; init; }

    /// <summary>Which blocks have the <see cref="Window"/>, counted from 0; null means all. gpt-oss has it in every second one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? WindowBlocks { get; init; }

    /// <summary>
    /// Gives every query head a learned sink s, a score of no token: the weight of token j is exp(a_j)/(exp(s) + Σ_i exp(a_i)), so that a
    /// head can look at nothing (Miller 2023; Xiao et al. 2023; gpt-oss, OpenAI 2025). Sinks start at 0.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AttentionSinks { get; init; }

    /// <summary>Multiplies what the embedding gives, above 0; null takes 1. Gemma has √Dim, Granite a constant.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? EmbeddingScale { get; init; }

    /// <summary>Multiplies what attention and FFN add to the residual stream, above 0; null takes 1 (Granite).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ResidualScale { get; init; }

    /// <summary>Multiplies the logits, above 0; null takes 1 (Granite divides by its logits_scaling).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LogitScale { get; init; }

    /// <summary>Uses the embedding matrix as the head.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>Gives the head a bias.</summary>
    public bool HeadBias { get; init; }

    /// <summary>Gives the query, key and value projections a bias, as Qwen2 does.</summary>
    public bool AttentionBias { get; init; }

    /// <summary>Gives attention's output projection a bias, as gpt-oss does.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool AttentionOutputBias { get; init; }

    /// <summary>Normalises every query and key head before the rotary embedding (RMS, weights shared by the heads),
    /// as Qwen3 does.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>With <see cref="QueryKeyNorm"/>: normalises all query heads of a token together, and all its key heads, as OLMoE does; the
    /// weights are as many as all heads have channels.</summary>
    public bool QueryKeyNormAcrossHeads { get; init; }

    /// <summary>With <see cref="QueryKeyNorm"/>: normalises after the rotary embedding, as Hunyuan does: weights are not turned then,
    /// and a length that rotary scaling gives is divided out again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool QueryKeyNormAfterRotary { get; init; }

    /// <summary>α: what the products of queries and keys are multiplied by before the softmax, above 0; null takes 1/√HeadDim, with
    /// latent attention 1/√(N + R). Granite states its own, and DeepSeek-V3 grows it under YaRN (see
    /// <see cref="RotaryScaling.YarnMagnitude"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? AttentionScale { get; init; }

    /// <summary>Multi-head latent attention (DeepSeek-V2, arXiv:2405.04434) in place of grouped queries; null for none. Its widths stand in
    /// place of <see cref="KeyValueHeads"/>, <see cref="HeadDim"/> and <see cref="RotaryFraction"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public LatentAttention? LatentAttention { get; init; }

    /// <summary>Gives both projections of the dense FFN a bias.</summary>
    public bool FeedForwardBias { get; init; }

    /// <summary>What the dense FFN does between its matrices.</summary>
    public Activation Activation { get; init; } = Activation.SwiGlu;

    /// <summary>Which blocks have a mixture in the FFN's place, counted from 0; null means all. A dense model ignores it.</summary>
    public IReadOnlyList<int>? MoeBlocks { get; init; }

    /// <summary>The embedding starts at N(0, EmbeddingStd).</summary>
    public double EmbeddingStd { get; init; } = 0.02;

    /// <summary>Matrices of attention start at N(0, MatrixStd), its output projection at MatrixStd/√(2·Layers); null takes 1/√(columns) of
    /// the matrix in MatrixStd's place. A dense FFN starts as an expert does.</summary>
    public double? MatrixStd { get; init; }

    /// <summary>An untied head starts at N(0, HeadStd).</summary>
    public double HeadStd { get; init; } = 0.02;

    /// <summary>Router weights start at N(0, RouterStd), the same draws scaled; null takes what the gate declares as InitStd.</summary>
    public double? RouterStd { get; init; }

    /// <summary><see cref="KeyValueHeads"/>, resolved.</summary>
    public int KeyValueHeadCount => KeyValueHeads ?? Heads;

    /// <summary><see cref="HeadDim"/>, resolved; with latent attention the channels of a key head.</summary>
    public int HeadWidth => LatentAttention?.KeyChannels ?? HeadDim ?? Dim / Heads;

    /// <summary>How many channels of a head are rotary: RotaryFraction·HeadDim, rounded down to an even number, or what latent attention
    /// states.</summary>
    public int RotaryChannels => LatentAttention?.RotaryChannels ?? (int)(RotaryFraction * HeadWidth) / 2 * 2;

    /// <summary>Channels of a value head.</summary>
    internal int ValueWidth => LatentAttention?.ValueChannels ?? HeadWidth;

    /// <summary>How many numbers a token leaves in the cache of a block.</summary>
    internal int CacheWidth =>
        LatentAttention is { } latent ? latent.KeyValueRank + latent.RotaryChannels : 2 * KeyValueHeadCount * HeadWidth;

    /// <summary>Whether that block has a mixture, in a model that has mixtures.</summary>
    public bool IsMoeBlock(int block) => MoeBlocks?.Contains(block) ?? true;

    /// <summary>How many tokens a token of that block sees at most, itself among them; null is all before it.</summary>
    public int? WindowOf(int block) => WindowBlocks?.Contains(block) == false ? null : Window;

    /// <summary>The numbers of the blocks with a mixture, from 0, in order: whatever names a block names it by its
    /// number in the model.</summary>
    internal IReadOnlyList<int> MoeBlockNumbers => [.. Enumerable.Range(0, Layers).Where(IsMoeBlock)];

    /// <summary>Everything that is wrong, one sentence each; empty if the model can be built.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        AtLeastOne(nameof(Vocabulary), Vocabulary);
        AtLeastOne(nameof(Dim), Dim);
        AtLeastOne(nameof(Layers), Layers);
        AtLeastOne(nameof(Heads), Heads);
        AtLeastOne(nameof(KeyValueHeads), KeyValueHeadCount);
        AtLeastOne(nameof(HeadDim), HeadDim ?? 1);
        AtLeastOne(nameof(Hidden), Hidden);
        AtLeastOne(nameof(Context), Context);
        if (problems.Count > 0)
        {
            return problems;
        }

        problems.AddRange(LatentAttention?.Problems() ?? []);
        problems.AddRange(LatentAttention is null ? [] : LatentAttention.Conflicts(this));
        Require(LatentAttention is not null || HeadDim is not null || Dim % Heads == 0,
            $"Model:Dim is {Dim}, which {Heads} heads cannot share equally; choose a multiple of Model:Heads or set Model:HeadDim.");
        Require(LatentAttention is not null || Heads % KeyValueHeadCount == 0,
            $"Model:KeyValueHeads is {KeyValueHeadCount}; it must divide Model:Heads, which is {Heads}.");
        Require(RotaryFraction is >= 0 and <= 1, Invariant($"Model:RotaryFraction is {RotaryFraction}; it must be from 0 to 1."));
        Require(RotaryBase > 1, Invariant($"Model:RotaryBase is {RotaryBase}; it must be above 1."));
        problems.AddRange(RotaryScaling?.Problems() ?? []);
        Require(NormEpsilon > 0, Invariant($"Model:NormEpsilon is {NormEpsilon}; it must be above 0."));
        Require(EmbeddingStd > 0 && HeadStd > 0 && MatrixStd is null or > 0,
            "Model:EmbeddingStd, Model:HeadStd and Model:MatrixStd must be above 0.");
        Require(RouterStd is null or > 0, Invariant($"Model:RouterStd is {RouterStd}; it must be above 0."));
        Require(Window is null or >= 1, $"Model:Window is {Window}; it must be at least 1.");
        Require(WindowBlocks is null || Window is not null, "Model:WindowBlocks needs Model:Window; set both or neither.");
        RequireFactor(nameof(EmbeddingScale), EmbeddingScale);
        RequireFactor(nameof(ResidualScale), ResidualScale);
        RequireFactor(nameof(LogitScale), LogitScale);
        RequireFactor(nameof(AttentionScale), AttentionScale);
        Require(QueryKeyNorm || !QueryKeyNormAfterRotary, "Model:QueryKeyNormAfterRotary needs Model:QueryKeyNorm; set both or neither.");
        Require(!(QueryKeyNormAcrossHeads && QueryKeyNormAfterRotary),
            "Model:QueryKeyNormAcrossHeads normalises before the rotary embedding; unset it or Model:QueryKeyNormAfterRotary.");
        Require(QueryKeyNorm || !QueryKeyNormAcrossHeads, "Model:QueryKeyNormAcrossHeads needs Model:QueryKeyNorm; set both or neither.");
        Require(!(TieEmbeddings && HeadBias), "Model:HeadBias needs an untied head; unset it or Model:TieEmbeddings.");
        RequireBlocks(nameof(MoeBlocks), MoeBlocks);
        RequireBlocks(nameof(WindowBlocks), WindowBlocks);

        return problems;

        void RequireBlocks(string key, IReadOnlyList<int>? blocks)
        {
            foreach (var block in blocks ?? [])
            {
                Require(block >= 0 && block < Layers, $"Model:{key} names block {block}; blocks go from 0 to {Layers - 1}.");
            }
        }

        void RequireFactor(string key, double? value) => Require(
            value is null || (value > 0 && double.IsFinite(value.Value)), Invariant($"Model:{key} is {value}; it must be above 0."));

        void AtLeastOne(string key, int value) => Require(value >= 1, $"Model:{key} is {value}; it must be at least 1.");

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
