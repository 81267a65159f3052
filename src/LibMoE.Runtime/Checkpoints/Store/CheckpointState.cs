using System.Text.Json.Serialization;
using LibMoE.Runtime.Checkpoints.Store;
using LibMoE.Runtime.Kernels.Matmul.Choosing;
using LibMoE.Runtime.Models;
using static TorchSharp.torch;

namespace LibMoE.Runtime;

/// <summary>
/// The content of a checkpoint's <c>state.json</c>: which model its tensors are of, what it was trained on and how, and how the training
/// stands. A model is used with this and its tensors alone.
/// </summary>
public sealed record CheckpointState
{
    /// <summary>The version that this program writes, and the only one that it reads.</summary>
    public const int CurrentSchema = 1;

    /// <summary>The version of this layout.</summary>
    public int Schema { get; init; } = CurrentSchema;

    /// <summary>The optimiser steps done.</summary>
    public required long Step { get; init; }

    /// <summary>The variant's name, or <c>Dense</c>.</summary>
    public required string Variant { get; init; }

    /// <summary>SHA-256 of what decides the FFNs' shapes and forward pass; equal where the model can be used.</summary>
    public required string Structure { get; init; }

    /// <summary>SHA-256 of the whole declaration; equal where training can be resumed.
    /// Of a dense model that of <see cref="Structure"/>.</summary>
    public required string Full { get; init; }

    /// <summary>What was declared, in words; null for a dense model.</summary>
    public DeclarationIdentity? Declaration { get; init; }

    /// <summary>The backbone; null in JSON, and here, where <see cref="Learner"/> says that it is no language model.</summary>
    public required ModelConfig Model { get; init; }

    /// <summary>The type of the parameters.</summary>
    public ScalarType DType { get; init; } = ScalarType.Float32;

    /// <summary>Which ids the model's tokens are; null where <see cref="Learner"/> says that it is no language model.</summary>
    public required TokenizerIdentity Tokenizer { get; init; }

    /// <summary>What it was trained on; null where it was not trained here.</summary>
    public CorpusIdentity? Corpus { get; init; }

    /// <summary>The settings of a program's own learner; null for a language model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Learner { get; init; }

    /// <summary>The corpus' domains in order, each with its share of the training sequences.</summary>
    public IReadOnlyList<DomainShare> Domains { get; init; } = [];

    /// <summary>How it is trained; null where it was not trained here.</summary>
    public TrainingConfig? Training { get; init; }

    /// <summary>How the training stands; null where it was not trained here.</summary>
    public TrainingState? Progress { get; init; }

    /// <summary>Where it was trained: training is repeatable bit for bit on the same processor with the same thread count only.</summary>
    public required MachineInfo Machine { get; init; }

    /// <summary>The processor's vector instructions as libtorch chooses its kernels by them.</summary>
    public string CpuCapability { get; init; } = LibMoE.Runtime.Common.CpuCapability.Current;

    /// <summary>The float32 matmuls that its kernels took for small, middle and large products: they sum in different orders. Of
    /// checkpoints that do not say, this machine's.</summary>
    public string Float32Products { get; init; } = ProductTable.OfThisMachine.ToString();

    /// <summary>The versions of the libraries, by name.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; init; } = LibraryVersions.Current;

    /// <summary>What identifies a model that is in memory.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokens.</param>
    /// <param name="step">The optimiser steps done.</param>
    /// <param name="threads">Threads that were asked for; null where libtorch chose.</param>
    public static CheckpointState Of(LanguageModel model, TokenizerIdentity tokenizer, long step, int? threads = null) =>
        Of(model.Config, model.Variant, tokenizer, threads) with { Step = step, DType = model.parameters().First().dtype };

    /// <summary>What identifies a learner that is no language model.</summary>
    internal static CheckpointState Of(
        string variant, MoeDeclaration? declaration, string structure, IReadOnlyDictionary<string, string> settings, int? threads) => new()
        {
            Step = 0,
            Variant = variant,
            Structure = structure,
            Full = declaration?.Full ?? structure,
            Declaration = DeclarationIdentity.Of(declaration),
            Model = null!,
            Tokenizer = null!,
            Learner = settings,
            Machine = MachineInfo.Current(threads),
            Versions = LibraryVersions.With(declaration),
        };

    /// <summary>What identifies a model that is yet to be made, in float32.</summary>
    internal static CheckpointState Of(ModelConfig model, MoeVariant? variant, TokenizerIdentity tokenizer, int? threads) => new()
    {
        Step = 0,
        Variant = variant?.Name ?? MoeVariant.Dense,
        Structure = variant?.Declaration.Structure ?? DenseFeedForward.Structure(model),
        Full = variant?.Declaration.Full ?? DenseFeedForward.Structure(model),
        Declaration = DeclarationIdentity.Of(variant?.Declaration),
        Model = BlockLayout.Of(model, variant?.Declaration),
        Tokenizer = tokenizer,
        Machine = MachineInfo.Current(threads),
        Versions = LibraryVersions.With(variant?.Declaration),
    };
}

/// <summary>A domain of a corpus.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Share">The share of training sequences that come from it.</param>
public sealed record DomainShare(string Name, double Share);

/// <summary>A declaration's canonical texts and their hashes.</summary>
/// <param name="StructureText">Everything that decides shapes and the forward pass.</param>
/// <param name="CoefficientsText">What only training needs.</param>
/// <param name="Structure">SHA-256 of the first.</param>
/// <param name="Full">SHA-256 of both.</param>
public sealed record DeclarationIdentity(string StructureText, string CoefficientsText, string Structure, string Full)
{
    /// <summary>The texts and hashes of a declaration; null of none.</summary>
    internal static DeclarationIdentity? Of(MoeDeclaration? declared) => declared is null
        ? null
        : new(declared.StructureText, declared.CoefficientsText, declared.Structure, declared.Full);
}
